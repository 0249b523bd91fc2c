// Starts what a hand needs. Every page works without it.
import { watchMenus } from "./js/menus.js";
import { watchKeys } from "./js/keys.js";
import { watchProgress } from "./js/progress.js";
import { watchToasts } from "./js/toasts.js";
import { watchRail } from "./js/rail.js";
import { watchPreferences } from "./js/preferences.js";
import { watchSelection } from "./js/selection.js";
import { watchForms } from "./js/forms.js";
import { watchPickers } from "./js/picker.js";
import { watchExpressions } from "./js/expressions.js";
import { watchSections } from "./js/sections.js";
import { watchPlaces } from "./js/places.js";
import { watchDialog } from "./js/dialog.js";
import { watchStudio } from "./js/studio.js";

for (const watch of [watchMenus, watchKeys, watchProgress, watchToasts, watchRail, watchPreferences, watchSelection, watchForms, watchPickers, watchExpressions, watchSections, watchPlaces, watchDialog, watchStudio]) {
  watch(document);
}
