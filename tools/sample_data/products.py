"""The price list: what a supplier of warehouse and shop automation sells."""

from __future__ import annotations

from typing import NamedTuple

from tools.sample_data.books import ELENA, MAREK
from tools.sample_data.chance import Row, chance, day, digits, money, yes
from tools.sample_data.identifiers import ean13


class Product(NamedTuple):
    """What deals need to know of a product. Prices are in euros."""

    ref: str
    name: str
    name_ru: str
    category: str
    price: float
    cost: float
    active: bool


_LINES = """
SC-110|Hand scanner Lumo 110, 1D|Ручной сканер Lumo 110, 1D|scanners|89
SC-220|Hand scanner Lumo 220, 2D|Ручной сканер Lumo 220, 2D|scanners|159
SC-220W|Hand scanner Lumo 220 wireless|Беспроводной сканер Lumo 220|scanners|239
SC-330|Rugged scanner Lumo 330|Защищённый сканер Lumo 330|scanners|389
SC-330R|Long-range scanner Lumo 330 R|Сканер дальнего действия Lumo 330 R|scanners|529
SC-400|Presentation scanner Lumo 400|Настольный сканер Lumo 400|scanners|269
SC-500|Ring scanner Lumo 500|Сканер-кольцо Lumo 500|scanners|449
SC-700|Fixed scanner for conveyors Lumo 700|Стационарный сканер для конвейера Lumo 700|scanners|1290
PR-10|Desktop printer Prisma 10|Настольный принтер Prisma 10|printers|249
PR-10L|Desktop printer Prisma 10 with LAN|Настольный принтер Prisma 10 с сетью|printers|319
PR-20|Industrial printer Prisma 20, 203 dpi|Промышленный принтер Prisma 20, 203 dpi|printers|1150
PR-20H|Industrial printer Prisma 20, 300 dpi|Промышленный принтер Prisma 20, 300 dpi|printers|1390
PR-30|Print-and-apply unit Prisma 30|Принтер-аппликатор Prisma 30|printers|6900
PR-40|Mobile printer Prisma 40|Мобильный принтер Prisma 40|printers|489
PR-50|Colour label printer Prisma 50|Цветной принтер этикеток Prisma 50|printers|2150
TD-1|Mobile computer Vega 1|Терминал Vega 1|terminals|429
TD-3|Mobile computer Vega 3|Терминал Vega 3|terminals|699
TD-3K|Mobile computer Vega 3 with keypad|Терминал Vega 3 с клавиатурой|terminals|779
TD-5|Mobile computer Vega 5 for cold stores|Терминал Vega 5 для морозильных складов|terminals|1390
TD-8|Vehicle terminal Vega 8|Терминал на погрузчик Vega 8|terminals|1990
TD-9|Rugged tablet Vega 9|Защищённый планшет Vega 9|terminals|1250
TD-C4|Charging cradle for four Vega|Зарядная станция на четыре Vega|terminals|229
WG-15|Shop scale Libra 15 kg|Торговые весы Libra 15 кг|scales|310
WG-15P|Label printing scale Libra 15 kg|Весы с печатью этикеток Libra 15 кг|scales|940
WG-60|Packing scale Libra 60 kg|Фасовочные весы Libra 60 кг|scales|560
WG-600|Floor scale Libra 600 kg|Платформенные весы Libra 600 кг|scales|1180
WG-2000|Pallet scale Libra 2 t|Паллетные весы Libra 2 т|scales|1690
WG-CW|Checkweigher Libra CW|Контрольные весы на линии Libra CW|scales|14800
RF-H1|RFID handheld reader Echo H1|Ручной RFID-считыватель Echo H1|rfid|1890
RF-G4|RFID gate Echo G4|RFID-портал Echo G4|rfid|7400
RF-T1|RFID tunnel Echo T1|RFID-туннель Echo T1|rfid|12900
RF-L1|RFID labels, roll of 1,000|RFID-метки, рулон 1000 шт.|consumables|118
PS-15|Point of sale Forum 15|Кассовый терминал Forum 15|pos|1090
PS-S1|Self-checkout Forum S1|Касса самообслуживания Forum S1|pos|5900
PS-R80|Receipt printer Forum R80|Чековый принтер Forum R80|pos|219
PS-D1|Cash drawer Forum D1|Денежный ящик Forum D1|pos|74
PS-PC|Price checker Forum PC|Прайс-чекер Forum PC|pos|420
LB-5025|Thermal labels 50 × 25 mm, roll|Термоэтикетки 50 × 25 мм, рулон|consumables|3.4
LB-5840|Thermal labels 58 × 40 mm, roll|Термоэтикетки 58 × 40 мм, рулон|consumables|4.1
LB-100150|Shipping labels 100 × 150 mm, roll|Транспортные этикетки 100 × 150 мм, рулон|consumables|9.8
RB-110W|Wax ribbon 110 mm × 300 m|Риббон воск 110 мм × 300 м|consumables|6.9
RB-110R|Resin ribbon 110 mm × 300 m|Риббон смола 110 мм × 300 м|consumables|19.5
PH-20|Print head for Prisma 20|Печатающая головка для Prisma 20|consumables|390
BT-V3|Battery for Vega 3|Аккумулятор для Vega 3|consumables|69
CS-V3|Protective case for Vega 3|Чехол для Vega 3|consumables|39
SW-WMS|Stocktrace WMS, user|Stocktrace WMS, пользователь|software|480
SW-WMSX|Stocktrace WMS, whole site|Stocktrace WMS, вся площадка|software|9600
SW-LBL|Labelcraft label designer|Редактор этикеток Labelcraft|software|290
SW-INV|Stocktake for mobile computers|Инвентаризация для терминалов|software|190
SW-ERP|Connector to ERP systems|Коннектор к учётным системам|software|2400
SW-MDM|Device management, device|Управление устройствами, устройство|software|36
SV-AUD|Warehouse survey|Обследование склада|services|1200
SV-INS|Installation, day on site|Монтаж, день на объекте|services|780
SV-TRN|Training, day|Обучение, день|services|690
SV-PRJ|Project work, hour|Проектные работы, час|services|95
SV-BAS|Service contract Basic, device|Сервис «Базовый», устройство|services|48
SV-STD|Service contract Standard, device|Сервис «Стандарт», устройство|services|96
SV-PRM|Service contract Premium 24/7, device|Сервис «Премиум 24/7», устройство|services|168
SV-VER|Verification of scales|Поверка весов|services|85
SC-100|Hand scanner Lumo 100 (old model)|Ручной сканер Lumo 100 (старая модель)|scanners|79
TD-2|Mobile computer Vega 2 (old model)|Терминал Vega 2 (старая модель)|terminals|590
PR-15|Industrial printer Prisma 15 (old model)|Промышленный принтер Prisma 15 (старая модель)|printers|990
"""
_MARGINS = {"consumables": 0.38, "software": 0.72, "services": 0.45}
_SUCCESSORS = {"SC-100": "SC-110", "TD-2": "TD-3", "PR-15": "PR-20"}
_UNITS = {"SV-PRJ": "hour", "SV-INS": "visit", "SV-TRN": "visit", "SV-AUD": "visit", "SV-VER": "piece"}
_BRANDS = {"scanners": "Lumo", "printers": "Prisma", "terminals": "Vega", "scales": "Libra", "rfid": "Echo"}
_CUSTOMS = {"scanners": "847190", "printers": "844332", "terminals": "847130", "scales": "842381", "rfid": "852352"}


def product_ref(sku: str) -> str:
    """Return the ref of the product of that article number."""
    return "product_" + sku.lower().replace("-", "_")


def _product(line: str) -> Product:
    sku, name, name_ru, category, price = line.split("|")
    share = 1 - _MARGINS.get(category, 0.27)
    return Product(
        product_ref(sku), name, name_ru, category, float(price), round(float(price) * share, 2), sku not in _SUCCESSORS
    )


PRODUCTS = {line.split("|")[0]: _product(line) for line in _LINES.strip().splitlines()}


def products() -> list[Row]:
    """Return the price list; what is sold no more comes last and names its successor."""
    return [_row(sku, product) for sku, product in PRODUCTS.items()]


def _row(sku: str, product: Product) -> Row:
    dice = chance(product.ref)
    row = {"ref": product.ref, "name": product.name, "name_ru": product.name_ru, "sku": sku}
    row |= {"category": product.category, "kind": _kind(product), "unit": _unit(sku, product)}
    row |= {"price": money(product.price), "cost": money(product.cost), "active": yes(product.active)}
    row |= {"vat_rate": "r23", "product_manager": ELENA if product.category in ("scales", "pos") else MAREK}
    row["launched_on"] = day(-dice.randint(200, 1500))
    if row["kind"] == "goods":
        row |= _goods(sku, product)
    if not product.active:
        row["discontinued_on"] = day(-dice.randint(40, 190))
        row["successor"] = product_ref(_SUCCESSORS[sku])
    return row


def _goods(sku: str, product: Product) -> Row:
    dice = chance(f"goods {sku}")
    consumable = product.category == "consumables"
    stock = dice.randint(200, 6000) if product.price < 30 else dice.choice((0, 3, 6, 8, 14, 22, 35, 48, 60, 75))
    row = {"stock": str(stock if product.active else dice.randint(0, 4)), "barcode": ean13(dice)}
    row |= {"lead_time": str(dice.choice((3, 5, 7, 14, 21, 30))), "warranty": "6" if consumable else "24"}
    row |= {"weight": f"{dice.uniform(0.15, 1.2) if product.price < 800 else dice.uniform(2, 40):.3f}"}
    row |= {"minimum_quantity": "12" if product.price < 30 else "1"}
    row |= {"customs_code": _CUSTOMS.get(product.category, "8473" + digits(dice, 2)), "tags": "RoHS|CE"}
    return row | {"brand": _BRANDS.get(product.category, "Forum" if product.category == "pos" else "Stocktrace")}


def _kind(product: Product) -> str:
    return {"software": "software", "services": "service"}.get(product.category, "goods")


def _unit(sku: str, product: Product) -> str:
    if sku.startswith(("LB", "RB", "RF-L")):
        return "roll"
    return _UNITS.get(sku, {"software": "licence", "services": "year"}.get(product.category, "piece"))
