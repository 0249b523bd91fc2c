"""The definitions: what each kind of JSON file says, as frozen structures.

Their attributes, types and descriptions are the source of the JSON Schemas (`schemas.py`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from msgspec import Meta, Struct

from kartoteka.metadata.fieldtypes.base import FieldType
from kartoteka.metadata.keys import KEY_PATTERN
from kartoteka.metadata.labels import Label, label_in, title_from_key
from kartoteka.metadata.palette import Colour

FORMAT = 1
"""The version of the package format that this code reads and writes."""

Key = Annotated[str, Meta(pattern=KEY_PATTERN, description="Name in files, formulas and URLs.")]
Reference = Annotated[str, Meta(pattern=KEY_PATTERN, description="Key of a card type, a field or another definition.")]
Path = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,3}$",
        max_length=250,
        description="A field, or one over links: client.segment.",
    ),
]
Expression = Annotated[str, Meta(max_length=4000, description="Condition or formula of the expression language.")]
LabelProperty = Annotated[Label | None, Meta(description="What people read, in one language or by language.")]
Version = Annotated[str, Meta(pattern=r"^\d{1,6}\.\d{1,6}\.\d{1,6}$", description="Semantic version.")]
Width = Annotated[Literal["half", "full"], Meta(description="One of the two columns of the form, or both.")]


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A piece of a definition."""


class Field(Part, frozen=True):
    """An attribute of a card type."""

    key: Key
    type: Annotated[FieldType, Meta(description="What kind of value it holds.")]
    label: LabelProperty = None
    help: Annotated[Label | None, Meta(description="A sentence shown under the input.")] = None
    required: Annotated[bool, Meta(description="A new card must have a value.")] = False
    unique: Annotated[bool, Meta(description="No two live cards have the same value.")] = False
    default: Annotated[
        Expression | None,
        Meta(description="Formula for the value of a new card, over fields of its own that people fill in."),
    ] = None
    formerly: Annotated[tuple[Reference, ...], Meta(description="Earlier keys of this field.")] = ()
    locked: Annotated[bool, Meta(description="A client's own layer may not change it.")] = False

    def title(self, language: str) -> str:
        """Return what people read."""
        return label_in(self.label, language, title_from_key(self.key))


class Activity(Part, frozen=True):
    """Makes a card type one of things to do: its cards stand on Today, and on the timelines of what they link to."""

    due: Annotated[Reference, Meta(description="The date or date-time field that says when.")]
    done: Annotated[Reference, Meta(description="The yes/no field that says it is done.")]
    kind: Annotated[Reference | None, Meta(description="The choice field that says what it is: call, task, note.")] = (
        None
    )
    text: Annotated[Reference | None, Meta(description="The long text field with what was said.")] = None


class Pipeline(Part, frozen=True):
    """Makes a card type one that moves through stages: Today shows what is open by stage."""

    stage: Annotated[Reference, Meta(description="The choice field with the stages.")]
    amount: Annotated[Reference | None, Meta(description="The money field that is summed up.")] = None
    closed: Annotated[tuple[Reference, ...], Meta(description="Stages in which nothing is open any more.")] = ()


class Entity(Part, frozen=True):
    """A kind of card: client, deal, complaint."""

    key: Key
    label: LabelProperty = None
    plural: Annotated[Label | None, Meta(description="The label for several.")] = None
    description: Annotated[Label | None, Meta(description="What it is for.")] = None
    icon: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$", description="Name of an icon.")] = "cards"
    colour: Annotated[Colour, Meta(description="Colour of its index tab.")] = "slate"
    title: Annotated[Expression | None, Meta(description="Formula of a card's title; the first text otherwise.")] = None
    subtitle: Annotated[
        tuple[Path, ...], Meta(description="Fields that tell namesakes apart, shown as a second line.")
    ] = ()
    owner: Annotated[Reference | None, Meta(description="The user field that says whose card it is.")] = None
    activity: Annotated[Activity | None, Meta(description="Set where its cards are things to do.")] = None
    pipeline: Annotated[Pipeline | None, Meta(description="Set where its cards move through stages.")] = None
    fields: Annotated[tuple[Field, ...], Meta(description="Its attributes.")] = ()
    formerly: Annotated[tuple[Reference, ...], Meta(description="Earlier keys of this card type.")] = ()

    def name(self, language: str) -> str:
        """Return what people read for one card."""
        return label_in(self.label, language, title_from_key(self.key))

    def names(self, language: str) -> str:
        """Return what people read for several cards."""
        return label_in(self.plural, language, self.name(language))


class ListColumn(Part, frozen=True):
    """A column of a list."""

    field: Path
    label: LabelProperty = None
    width: Annotated[int, Meta(ge=40, le=1000, description="Width in pixels.")] | None = None


class Sort(Part, frozen=True):
    """A field to order by."""

    field: Path
    descending: Annotated[bool, Meta(description="From the largest to the smallest.")] = False


class RecordList(Part, frozen=True):
    """How the cards of one type are browsed."""

    entity: Reference
    key: Key
    label: LabelProperty = None
    columns: Annotated[tuple[ListColumn, ...], Meta(description="What each row shows.")] = ()
    filter: Annotated[Expression | None, Meta(description="Condition that the rows meet.")] = None
    sort: Annotated[tuple[Sort, ...], Meta(description="Order of the rows.")] = ()
    position: Annotated[int, Meta(description="Place among the lists of the card type; the first one opens.")] = 100
    formerly: Annotated[tuple[Reference, ...], Meta(description="Earlier keys of this list.")] = ()


class FormItem(Part, frozen=True):
    """A field on a form."""

    field: Reference
    width: Width = "half"
    label: LabelProperty = None


class Section(Part, frozen=True):
    """A titled group of fields."""

    key: Key
    label: LabelProperty = None
    items: Annotated[tuple[FormItem, ...], Meta(description="Its fields, in reading order over two columns.")] = ()


class Tab(Part, frozen=True):
    """A page of a form."""

    key: Key
    label: LabelProperty = None
    sections: Annotated[tuple[Section, ...], Meta(description="Its groups of fields.")] = ()


class Form(Part, frozen=True):
    """How a card is filled in."""

    entity: Reference
    key: Key = "main"
    label: LabelProperty = None
    quick: Annotated[tuple[FormItem, ...], Meta(description="The fields of the short form for a new card.")] = ()
    tabs: Annotated[tuple[Tab, ...], Meta(description="Its pages.")] = ()


class Fact(Part, frozen=True):
    """A field, or a field of a linked card, shown on a card."""

    field: Path
    label: LabelProperty = None


class Related(Part, frozen=True):
    """Cards of another type that link to this one."""

    key: Key
    entity: Reference
    link: Annotated[Reference, Meta(description="The field of the other card type that links here.")]
    label: LabelProperty = None
    columns: Annotated[tuple[ListColumn, ...], Meta(description="What each of them shows.")] = ()
    filter: Expression | None = None
    sort: Annotated[tuple[Sort, ...], Meta(description="Order of the cards.")] = ()


class Card(Part, frozen=True):
    """How a card is looked at."""

    entity: Reference
    key: Key = "main"
    header: Annotated[tuple[Fact, ...], Meta(description="Three to five facts beside the title.")] = ()
    facts: Annotated[tuple[Fact, ...], Meta(description="The facts at the left, edited in place.")] = ()
    related: Annotated[tuple[Related, ...], Meta(description="Lists of linked cards at the right.")] = ()
    timeline: Annotated[bool, Meta(description="Show what happened and what comes next.")] = True


class Group(Part, frozen=True):
    """A level of grouping in a report."""

    field: Path
    by: Annotated[
        Literal["value", "day", "week", "month", "quarter", "year"], Meta(description="How dates are grouped.")
    ] = "value"


class Measure(Part, frozen=True):
    """A figure that a report calculates for each group."""

    key: Key
    function: Annotated[
        Literal["count", "sum", "average", "minimum", "maximum"], Meta(description="How it is calculated.")
    ] = "count"
    field: Path | None = None
    label: LabelProperty = None


class Chart(Part, frozen=True):
    """A picture of a report's groups."""

    measure: Reference
    kind: Annotated[Literal["bar", "line", "pie"], Meta(description="Its shape.")] = "bar"


class Report(Part, frozen=True):
    """A question asked again and again, answered on screen and as a workbook."""

    key: Key
    entity: Annotated[Reference, Meta(description="The card type that is counted.")]
    label: LabelProperty = None
    description: LabelProperty = None
    filter: Expression | None = None
    groups: Annotated[tuple[Group, ...], Meta(description="What the cards are grouped by, the outermost first.")] = ()
    measures: Annotated[tuple[Measure, ...], Meta(description="The figures of each group.")] = ()
    columns: Annotated[tuple[ListColumn, ...], Meta(description="Columns of the single cards, if they are shown.")] = ()
    sort: Annotated[tuple[Sort, ...], Meta(description="Order of the single cards.")] = ()
    chart: Annotated[Chart | None, Meta(description="A picture of the groups.")] = None
    formerly: Annotated[tuple[Reference, ...], Meta(description="Earlier keys of this report.")] = ()


Reach = Annotated[Literal["none", "own", "all"], Meta(description="No cards, one's own, or all.")]


class FieldRight(Part, frozen=True):
    """What a role may do with one field."""

    field: Reference
    right: Annotated[Literal["hide", "read", "edit"], Meta(description="What the role may do with it.")]


class EntityRight(Part, frozen=True):
    """What a role may do with cards of one type; `*` stands for every type not named."""

    entity: Annotated[
        str, Meta(pattern=r"^(\*|[a-z][a-z0-9_]{0,59})$", description="Its key; * for every type not named.")
    ]
    read: Reach = "none"
    create: Annotated[bool, Meta(description="May make new cards.")] = False
    edit: Reach = "none"
    delete: Reach = "none"
    condition: Annotated[Expression | None, Meta(description="Only cards that meet it.")] = None
    fields: Annotated[tuple[FieldRight, ...], Meta(description="Fields with another right than the default.")] = ()
    other_fields: Annotated[
        Literal["hide", "read", "edit"], Meta(description="The right for all other fields, those to come included.")
    ] = "edit"


class Role(Part, frozen=True):
    """What a group of people may see and do."""

    key: Key
    label: LabelProperty = None
    administrator: Annotated[bool, Meta(description="May configure everything and manage people.")] = False
    export: Annotated[bool, Meta(description="May download lists and reports.")] = True
    entities: Annotated[tuple[EntityRight, ...], Meta(description="Rights by card type.")] = ()


class MenuItem(Part, frozen=True):
    """An entry of the menu: a card type or a report."""

    key: Key
    entity: Reference | None = None
    report: Reference | None = None
    label: LabelProperty = None


class MenuGroup(Part, frozen=True):
    """A titled group of menu entries."""

    key: Key
    label: LabelProperty = None
    items: Annotated[tuple[MenuItem, ...], Meta(description="Its entries.")] = ()


class Menu(Part, frozen=True):
    """The sidebar."""

    key: Key = "main"
    groups: Annotated[tuple[MenuGroup, ...], Meta(description="Its groups of entries.")] = ()


class Requirements(Part, frozen=True):
    """What a package needs."""

    platform: Annotated[Version | None, Meta(description="Lowest version of Kartoteka, such as 0.1.0.")] = None
    packages: Annotated[dict[str, Version], Meta(description="Lowest versions of other packages by key.")] = {}


class Manifest(Part, frozen=True):
    """`kartoteka.json`: what a package is."""

    format: Annotated[Literal[1], Meta(description="Version of the package format.")]
    key: Key
    version: Version
    title: LabelProperty = None
    description: LabelProperty = None
    requires: Annotated[Requirements, Meta(description="What it needs.")] = Requirements()
    languages: Annotated[tuple[str, ...], Meta(description="Languages of its labels.")] = ("en",)

    def name(self, language: str) -> str:
        """Return what people read for the package."""
        return label_in(self.title, language, title_from_key(self.key))


Definition = Entity | RecordList | Form | Card | Report | Role | Menu


class Kind(NamedTuple):
    """A kind of definition: its word, its folder in a package, whether it belongs to a card type."""

    word: str
    folder: str
    type: type[Definition]
    of_entity: bool


KINDS: tuple[Kind, ...] = (
    Kind("entity", "entities", Entity, of_entity=False),
    Kind("list", "lists", RecordList, of_entity=True),
    Kind("form", "forms", Form, of_entity=True),
    Kind("card", "cards", Card, of_entity=True),
    Kind("report", "reports", Report, of_entity=False),
    Kind("role", "roles", Role, of_entity=False),
    Kind("menu", "menus", Menu, of_entity=False),
)
KIND_BY_WORD = {kind.word: kind for kind in KINDS}
KIND_BY_FOLDER = {kind.folder: kind for kind in KINDS}


class Identity(NamedTuple):
    """What a definition is known by, in every layer."""

    kind: str
    entity: str
    """Empty for kinds that belong to no card type."""
    key: str

    @property
    def path(self) -> str:
        """Its file in a package: `forms/client/main.json`."""
        folder = KIND_BY_WORD[self.kind].folder
        return "/".join(part for part in (folder, self.entity, f"{self.key}.json") if part)


def identity_of(definition: Definition) -> Identity:
    """Return the identity of a definition."""
    kind = next(kind for kind in KINDS if kind.type is type(definition))
    entity: Any = getattr(definition, "entity", "") if kind.of_entity else ""
    return Identity(kind.word, entity, definition.key)
