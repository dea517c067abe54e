"""Content and company of GS1 application identifiers, where biip's table of formats ends.

The facts of GS1's Barcode Syntax Dictionary (of 2025), in our own arrangement: by rule, not by
identifier. ``n`` stands for any digit. A new edition is compared with this file by hand.
"""

from __future__ import annotations

CONTENT = (
    ("00 8017 8018", "18,csum"),
    ("01 02 03", "14,csum"),
    ("11 12 13 15 16 17", "6,yymmd0"),
    ("253 255 410 411 412 413 414 415 416 417", "13,csum,key"),
    ("391n 393n", "3,iso4217"),
    ("401 7023 8004 8010", "*,key"),
    ("402", "17,csum,key"),
    ("421 422 424 426", "3,iso3166"),
    ("423 425", "3,iso3166 3,iso3166 3,iso3166 3,iso3166 3,iso3166"),
    ("4300 4301 4302 4303 4304 4305 4306 4310 4311 4312 4313 4314 4315 4316 4320", "*,pcenc"),
    ("4307 4317", "2,iso3166alpha2"),
    ("4309", "10,latitude 10,longitude"),
    ("4321 4322 4323", "1,yesno"),
    ("4324 4325", "6,yymmd0 4,hhmi9"),
    ("4326 7006", "6,yymmdd"),
    ("4330 4331 4332 4333", "6 1,hyphen"),
    ("7003 7011", "6,yymmdd 4,hhmi"),
    ("7007", "6,yymmdd 6,yymmdd"),
    ("703n", "3,iso3166999"),
    ("7040", "3 1,importeridx"),
    ("7041", "*,packagetype"),
    ("7241", "2,mediatype"),
    ("7250", "8,yyyymmdd"),
    ("7251", "8,yyyymmdd 4,hhmi"),
    ("7252", "1,iso5218"),
    ("7253 7254 7256 7257 7259", "*,pcenc"),
    ("7258", "3,posinseqslash"),
    ("8001", "4,nonzero 5,nonzero 3,nonzero 1,winding"),
    ("8003", "1,zero 13,csum,key"),
    ("8006 8026", "14,csum 4,pieceoftotal"),
    ("8007", "*,iban,ibancheck"),
    ("8008", "6,yymmdd 2,hh 2,mi 2,ss"),
    ("8011", "*,nozeroprefix"),
    ("8013", "*,csumalpha,key"),
    ("8014", "*,csumalpha,key,hasnondigit"),
    ("8110", "*,couponcode"),
    ("8112", "*,couponposoffer"),
)  # fmt: skip
"""(AIs, components in order): length or ``*`` for the rest, then the rules of its text."""

_TRADE_ITEM = "01 02 8006 8026"
_TRADE_ITEM_OR_MADE = "01 02 03 8006 8026"
_MEASURED = "30 31nn 32nn 35nn 36nn"
_PATIENT_OR_PROVIDER = "8017 8018"

REQUIRED = (
    ("02 8026", "37"),
    ("10 11 13 15 16", _TRADE_ITEM_OR_MADE),
    ("12 391n 415", "8020"),
    ("17", f"{_TRADE_ITEM_OR_MADE} 255"),
    ("20 240 241 242 422 7001", _TRADE_ITEM),
    ("21", "01 03 8006"),
    ("22 235 243 337n 392n 71n 7004 8001 8014 8200", "01"),
    ("250 251 7020 7021 7240 8012", "01 8006"),
    ("250", "21"),
    ("254", "414"),
    ("30 31nn 32nn 350n 351n 352n 356n 357n 360n 361n 364n 365n 366n", "01 02"),
    ("423 424 425 426 427 7002 7003 7005 7006 7007 7008 7009 7010 7011 703n 8005 8008", "01 02"),
    ("330n 331n 332n 333n 334n 335n 336n 34nn 353n 354n 355n 362n 363n 367n 368n 369n", "00 01"),
    ("8009", "00 01"),
    ("37 403 4300 4301 4302 4304 4305 4306 4307 4308 4309 4310 4311 4312 4314 4315", "00"),
    ("4316 4317 4318 4319 432n 433n 7041", "00"),
    ("37", "02 8026"),
    ("390n", "255 8020"),
    ("392n 393n 395n", _MEASURED),
    ("394n 8111", "255"),
    ("427", "422"),
    ("4303", "4302"),
    ("4313", "4312"),
    ("7004", "10"),
    ("7020", "416"),
    ("7022", "7021"),
    ("723n", "01 8004"),
    ("7241 7242 7253 7254 7255 7256 8019", _PATIENT_OR_PROVIDER),
    ("7250 7251 7252 7257 7259", "8018"),
    ("7258", "8018+7259"),
    ("8007 8020", "415"),
    ("8011", "8010"),
    ("8030", "00 01+21 253 255 8003 8004 8006+21 8010+8011 8017 8018"),
)  # fmt: skip
"""(AIs, alternatives): each of the AIs wants one of the alternatives beside it."""

FORBIDDEN = (
    ("01", "03 255 37 02"),
    ("02", "03"),
    ("03", "37"),
    ("21", "235"),
    ("255", "01 02 415 8006 8020 8026"),
    ("390n", "391n 394n 8111"),
    ("392n", "393n"),
    ("394n", "8111"),
    ("395n", "392n 393n 8005"),
    ("420", "421"),
    ("421", "4307"),
    ("422 423 424 425", "426"),
    ("4330", "4331"),
    ("4332", "4333"),
    ("7250", "7251"),
    ("7253 7254 7255", "7256 7259"),
    ("7256", "7259"),
    ("8006", "01 37"),
    ("8017", "8018"),
    ("8026", "02 8006"),
)  # fmt: skip
"""(AIs, AIs) that exclude one another. Beside these, :data:`ALIKE`."""

ALIKE = ("31nn", "32nn", "33nn", "34nn", "35nn", "36nn", "390n", "391n", "392n", "393n", "394n",
         "395n")  # fmt: skip
"""Of identifiers that differ only in the last digit, the decimals, one code carries one."""

PRIMARY_KEYS = {
    "00": (), "253": (), "255": (), "401": (), "402": (), "8003": (), "8013": (),
    "01": ("22 10 21", "235"), "8006": ("22 10 21",),
    "414": ("254", "7040"), "415": ("8020",), "417": ("7040",), "8004": ("7040",),
    "8010": ("8011",), "8017": ("8019",), "8018": ("8019",),
}  # fmt: skip
"""Keys of a GS1 Digital Link path, each with the sequences of qualifiers it takes."""

NO_ATTRIBUTES = frozenset({"03", "21", "22", "235", "254", "7040", "7041", "8011", "8014", "8019",
                           "8020", "8200"})  # fmt: skip
"""AIs that may not stand in a GS1 Digital Link's query."""
