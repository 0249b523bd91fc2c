"""Field types: one class for each kind of value. `FIELD_TYPES` is all there are; plugins pass more."""

from __future__ import annotations

from kartoteka.metadata.fieldtypes.addresses import Email, Url
from kartoteka.metadata.fieldtypes.base import FieldType, InvalidValue
from kartoteka.metadata.fieldtypes.boolean import Boolean
from kartoteka.metadata.fieldtypes.choice import Choice, Option
from kartoteka.metadata.fieldtypes.computed import AutoNumber, Formula
from kartoteka.metadata.fieldtypes.dates import Date
from kartoteka.metadata.fieldtypes.duration import Duration
from kartoteka.metadata.fieldtypes.json_data import Json
from kartoteka.metadata.fieldtypes.links import File, Image, Link, User
from kartoteka.metadata.fieldtypes.lists import MultiChoice, Tags
from kartoteka.metadata.fieldtypes.moments import DateTime, Time
from kartoteka.metadata.fieldtypes.money import Money, MoneyAmount
from kartoteka.metadata.fieldtypes.numbers import DecimalNumber, Integer, Percent
from kartoteka.metadata.fieldtypes.phone import Phone
from kartoteka.metadata.fieldtypes.rating import Rating
from kartoteka.metadata.fieldtypes.text import LongText, Text

FIELD_TYPES: tuple[type[FieldType], ...] = (
    Text,
    LongText,
    Integer,
    DecimalNumber,
    MoneyAmount,
    Percent,
    Boolean,
    Date,
    DateTime,
    Time,
    Duration,
    Choice,
    MultiChoice,
    Tags,
    Email,
    Phone,
    Url,
    Link,
    User,
    File,
    Image,
    AutoNumber,
    Formula,
    Rating,
    Json,
)
"""In the order in which the studio offers them."""

__all__ = [
    "FIELD_TYPES",
    "AutoNumber",
    "Boolean",
    "Choice",
    "Date",
    "DateTime",
    "DecimalNumber",
    "Duration",
    "Email",
    "FieldType",
    "File",
    "Formula",
    "Image",
    "Integer",
    "InvalidValue",
    "Json",
    "Link",
    "LongText",
    "Money",
    "MoneyAmount",
    "MultiChoice",
    "Option",
    "Percent",
    "Phone",
    "Rating",
    "Tags",
    "Text",
    "Time",
    "Url",
    "User",
]
