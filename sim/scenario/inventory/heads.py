"""Heads of columns in English, French and Arabic, with the unit that they may name."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

FIELDS = {
    "place": "place, camp, site, location, base, station, lieu, emplacement, localité, موقع, الموقع, المعسكر, المكان",
    "class": "class, category, type, item, item type, description, equipment, material, nomenclature, "
    "item description, equipment description, classe, catégorie, désignation, article, matériel, équipement, libellé, "
    "الفئة, الصنف, النوع, الوصف, المعدات, البيان, المادة",
    "owner": "owner, ownership, coe/unoe, coe unoe, owned by, propriétaire, propriété, appartenance, "
    "المالك, الملكية, الجهة المالكة",
    "number": "number, quantity, qty, count, no of items, number of items, quantity on hand, on hand, "
    "nombre, quantité, qté, effectif, nbre, nb, العدد, الكمية, عدد",
    "mass": "mass, weight, gross weight, unit weight, weight each, unit mass, gross mass, "
    "masse, poids, poids brut, poids unitaire, masse unitaire, الوزن, الكتلة, وزن الوحدة, الوزن الإجمالي للوحدة",
    "floor": "floor, pallet positions, positions, pallets, floor positions, positions palettes, positions de palette, "
    "emplacements palette, مواضع المنصات, عدد المنصات",
    "value": "value, unit value, unit price, price, cost, gfmv, generic fair market value, "
    "valeur, valeur unitaire, prix, prix unitaire, coût, القيمة, السعر, قيمة الوحدة, سعر الوحدة",
    "sensitive": "sensitive, sensitivity, controlled, sensible, sensibilité, حساس, الحساسية, حساسة",
    "priority": "priority, denial, priorité, الأولوية",
    "serviceable": "serviceable, serviceability, operational, condition, "
    "état, opérationnel, en état de marche, utilisable, صالح, صالح للعمل, الحالة, جاهزية",
    "dimensions": "dimensions, size, length, width, height, volume, taille, longueur, largeur, hauteur, "
    "الأبعاد, الحجم, الطول, العرض, الارتفاع",
}
"""Names of each field, apart by commas."""
_HEADS = (
    "Place", "Description", "Owner", "Quantity", "Weight (kg)", "Pallet positions", "Unit value (USD)", "Sensitive",
    "Priority", "Serviceable",
)  # fmt: skip
TEMPLATE = "\ufeff" + ",".join(_HEADS) + "\n"
"""An empty sheet with the heads that `drawdown import` knows; its mark makes spreadsheets read it as UTF-8."""
_UNIT = re.compile(
    r"^(.*?)\s*(?:[(\[]\s*([^()\[\]]{1,20}?)\s*[)\]]|\bin\s+([A-Za-z$]{1,12})|\ben\s+([A-Za-z$]{1,12}))\s*$"
)
_LAST = re.compile(r"^(.*\S)[\s,_/-]+(kg|kgs|t|lb|lbs|tonnes?|usd|kusd|us\$|\$)$")
_UNITS = {
    word: unit
    for unit, words in {
        "kg": "kg, kgs, kilogram, kilograms, kilogramme, kilogrammes, kilo, kilos, كغ, كجم, كيلوغرام, كلغ",
        "t": "t, tonne, tonnes, metric ton, metric tons, mt, طن",
        "lb": "lb, lbs, pound, pounds, livre, livres",
        "ton_us": "short ton, short tons",
        "USD": "usd, us$, $, dollar, dollars, dollars us, دولار",
        "kUSD": "kusd, k$",
        "MUSD": "musd, m$",
    }.items()
    for word in words.split(", ")
}
_MARKS = re.compile("[\u0640\u064b-\u065f\u0670]")  # of Arabic: the stretch, and the vowels
_ALIKE = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "’": "'", "\u00a0": " ", "\u202f": " "})


def plain(text: str) -> str:
    """Small letters without accents, vowels of Arabic and doubled blanks, for comparison."""
    flat = unicodedata.normalize("NFKD", text.translate(_ALIKE)).casefold()
    flat = _MARKS.sub("", "".join(sign for sign in flat if not unicodedata.combining(sign)))
    return " ".join(re.sub(r"[:*#.°º_]+", " ", flat).split())


KNOWN = {plain(name): name_of for name_of, names in FIELDS.items() for name in names.split(",")}


@dataclass(frozen=True, slots=True)
class Head:
    """What a column holds, and the unit in its head, `None` if it names none."""

    field: str
    unit: str | None


def unit_of(text: str) -> str | None:
    """The unit that a word means, in English, French or Arabic; `None` for any other word."""
    return _UNITS.get(plain(text))


def head_of(text: str) -> Head | None:
    """What a head means, `None` if it is not known; raises `ValueError` for a unit that is not known."""
    flat = plain(text)
    if flat in KNOWN:
        return Head(KNOWN[flat], None)
    match = _UNIT.match(flat) or _LAST.match(flat)
    if match is None:
        return None
    name, said = match.group(1), next((each for each in match.groups()[1:] if each), "")
    name = re.sub(r"[\s,;/-]+$", "", name)
    if name not in KNOWN:
        return None
    unit = unit_of(said)
    if unit is None and KNOWN[name] in ("mass", "value"):
        raise ValueError(f"the unit {said[:20]!r} is not known; write kg, t, lb, USD or kUSD")
    return Head(KNOWN[name], unit)
