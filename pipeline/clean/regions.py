"""Country codes and names -> the region of a phone number; names in the languages that exports are written in.

Codes are those of ISO 3166 that libphonenumber has numbers for; names are libphonenumber's, English for each region
and eight more languages for the common ones.
"""

import functools
from collections.abc import Mapping

from pipeline.clean.names import plain_name
from pipeline.clean.text import bare

_NAMES = """
AD Andorra
AE United Arab Emirates|UAE
AF Afghanistan
AG Antigua and Barbuda
AI Anguilla
AL Albania
AM Armenia
AO Angola
AR Argentina
AS American Samoa
AT Austria|Österreich|Autriche|Áustria|Oostenrijk|Österrike|AUT
AU Australia|Australien|Australie|Austrália|Australië|AUS
AW Aruba
AX Åland Islands
AZ Azerbaijan
BA Bosnia and Herzegovina
BB Barbados
BD Bangladesh
BE Belgium|Belgien|Belgique|Bélgica|Belgio|België|Belgia|BEL
BF Burkina Faso
BG Bulgaria|Bulgarien|Bulgarie|Bulgária|Bulgarije|Bułgaria
BH Bahrain
BI Burundi
BJ Benin
BL Saint Barthélemy
BM Bermuda
BN Brunei
BO Bolivia
BQ Bonaire, Sint Eustatius and Saba
BR Brazil|Brasilien|Brésil|Brasil|Brasile|Brazilië|Brazylia|BRA
BS Bahamas
BT Bhutan
BW Botswana
BY Belarus
BZ Belize
CA Canada|Kanada|Canadá|CAN
CC Cocos Islands
CD The Democratic Republic Of Congo
CF Central African Republic
CG Congo
CH Switzerland|Schweiz|Suisse|Suiza|Suíça|Svizzera|Zwitserland|Szwajcaria|CHE
CI Côte d'Ivoire|Ivory Coast|Elfenbeinküste
CK Cook Islands
CL Chile
CM Cameroon
CN China|Chine|Cina|Chiny|Kina|中国|PRC|CHN
CO Colombia
CR Costa Rica
CU Cuba
CV Cape Verde
CW Curaçao
CX Christmas Island
CY Cyprus
CZ Czech Republic|Tschechische Republik|République Tchèque|Chequia|República Tcheca|Repubblica Ceca
CZ Tsjechië|Republika Czeska|Tjeckiska republiken|Czechia|Tschechien|Česko|CZE
DE Germany|Deutschland|Allemagne|Alemania|Alemanha|Germania|Duitsland|Niemcy|Tyskland|DEU
DE Federal Republic of Germany
DJ Djibouti
DK Denmark|Dänemark|Danemark|Dinamarca|Danimarca|Denemarken|Dania|Danmark|DNK
DM Dominica
DO Dominican Republic
DZ Algeria
EC Ecuador
EE Estonia|Estland|Estonie|Estônia
EG Egypt
EH Western Sahara
ER Eritrea
ES Spain|Spanien|Espagne|España|Espanha|Spagna|Spanje|Hiszpania|ESP
ET Ethiopia
FI Finland|Finnland|Finlande|Finlandia|Finlândia|Suomi|FIN
FJ Fiji
FK Falkland Islands
FM Micronesia
FO Faroe Islands
FR France|Frankreich|Francia|França|Frankrijk|Francja|Frankrike|FRA
GA Gabon
GB United Kingdom|Vereinigtes Königreich|Royaume-Uni|Reino Unido|Regno Unito|Verenigd Koninkrijk
GB Wielka Brytania|Storbritannien|UK|Great Britain|England|Scotland|Wales|Northern Ireland|Großbritannien
GB GBR|U.K.
GD Grenada
GE Georgia
GF French Guiana
GG Guernsey
GH Ghana
GI Gibraltar
GL Greenland
GM Gambia
GN Guinea
GP Guadeloupe
GQ Equatorial Guinea
GR Greece|Griechenland|Grèce|Grecia|Grécia|Griekenland|Grecja|Grekland|Ελλάδα|Hellas
GT Guatemala
GU Guam
GW Guinea-Bissau
GY Guyana
HK Hong Kong|Hong Kong SAR
HN Honduras
HR Croatia|Kroatien|Croatie|Croacia|Croácia|Croazia|Kroatië|Chorwacja|Hrvatska
HT Haiti
HU Hungary|Ungarn|Hongrie|Hungría|Hungria|Ungheria|Hongarije|Węgry|Ungern|Magyarország
ID Indonesia
IE Ireland|Irland|Irlande|Irlanda|Ierland|Irlandia|Éire|IRL|Republic of Ireland
IL Israel|Israël|Israele|Izrael
IM Isle Of Man
IN India|Indien|Inde|Índia|Indie|IND
IO British Indian Ocean Territory
IQ Iraq
IR Iran
IS Iceland
IT Italy|Italien|Italie|Italia|Itália|Italië|Włochy|ITA
JE Jersey
JM Jamaica
JO Jordan
JP Japan|Japon|Japón|Japão|Giappone|Japonia|日本|JPN
KE Kenya
KG Kyrgyzstan
KH Cambodia
KI Kiribati
KM Comoros
KN Saint Kitts And Nevis
KP North Korea
KR South Korea|Südkorea|Corée du Sud|Corea del Sur|Coreia do Sul|Corea del Sud|Zuid-Korea|Korea Południowa
KR Sydkorea|대한민국|Korea|Republic of Korea|Korea, Republic of
KW Kuwait
KY Cayman Islands
KZ Kazakhstan
LA Laos
LB Lebanon
LC Saint Lucia
LI Liechtenstein
LK Sri Lanka
LR Liberia
LS Lesotho
LT Lithuania|Litauen|Lithuanie|Lituania|Lituânia|Litouwen|Litwa
LU Luxembourg|Luxemburg|Luxemburgo|Lussemburgo|Luksemburg|LUX
LV Latvia|Lettland|Lettonie|Letonia|Letônia|Lettonia|Letland|Łotwa
LY Libya
MA Morocco
MC Monaco
MD Moldova
ME Montenegro
MF Saint Martin
MG Madagascar
MH Marshall Islands
MK Macedonia|North Macedonia
ML Mali
MM Myanmar|Burma
MN Mongolia
MO Macao|Macau
MP Northern Mariana Islands
MQ Martinique
MR Mauritania
MS Montserrat
MT Malta
MU Mauritius
MV Maldives
MW Malawi
MX Mexico|Mexiko|Mexique|México|Messico|Meksyk|MEX
MY Malaysia
MZ Mozambique
NA Namibia
NC New Caledonia
NE Niger
NF Norfolk Island
NG Nigeria
NI Nicaragua
NL Netherlands|Niederlande|Pays-Bas|Holanda|Paesi Bassi|Nederland|Holandia|Nederländerna|Holland
NL The Netherlands|NLD
NO Norway|Norwegen|Norvège|Noruega|Norvegia|Noorwegen|Norwegia|Norge|NOR
NP Nepal
NR Nauru
NU Niue
NZ New Zealand|Neuseeland|Nouvelle-Zélande|Nueva Zelanda|Nova Zelândia|Nuova Zelanda|Nieuw-Zeeland
NZ Nowa Zelandia|Nya Zeeland|NZL
OM Oman
PA Panama
PE Peru
PF French Polynesia
PG Papua New Guinea
PH Philippines
PK Pakistan
PL Poland|Polen|Pologne|Polonia|Polônia|Polska|POL
PM Saint Pierre And Miquelon
PR Puerto Rico
PS Palestine
PT Portugal|Portogallo|Portugalia|PRT
PW Palau
PY Paraguay
QA Qatar
RE Reunion
RO Romania|Rumänien|Roumanie|Rumania|Romênia|Roemenië|Rumunia|România
RS Serbia|Serbien|Serbie|Sérvia|Servië
RU Russia|Russland|Russie|Rusia|Rússia|Rusland|Rosja|Ryssland|Россия|Russian Federation
RW Rwanda
SA Saudi Arabia
SB Solomon Islands
SC Seychelles
SD Sudan
SE Sweden|Schweden|Suède|Suecia|Suécia|Svezia|Zweden|Szwecja|Sverige|SWE
SG Singapore|Singapur|Singapour|Cingapura|SGP
SH Saint Helena
SI Slovenia|Slowenien|Slovénie|Eslovenia|Eslovênia|Slovenië|Słowenia|Slovenien|Slovenija
SJ Svalbard And Jan Mayen
SK Slovakia|Slowakei|Slovaquie|Eslovaquia|Eslováquia|Slovacchia|Slowakije|Słowacja|Slovakien|Slovensko
SL Sierra Leone
SM San Marino
SN Senegal
SO Somalia
SR Suriname
SS South Sudan
ST Sao Tome And Principe
SV El Salvador
SX Sint Maarten (Dutch part)
SY Syria
SZ Swaziland|Eswatini
TC Turks And Caicos Islands
TD Chad
TG Togo
TH Thailand
TJ Tajikistan
TK Tokelau
TL Timor-Leste
TM Turkmenistan
TN Tunisia
TO Tonga
TR Turkey|Türkei|Turquie|Turquía|Turquia|Turchia|Turkije|Turcja|Turkiet|Türkiye
TT Trinidad and Tobago
TV Tuvalu
TW Taiwan|Taiwan, Province of China
TZ Tanzania
UA Ukraine|Ucrania|Ucrânia|Ucraina|Oekraïne|Ukraina|Украина|Україна
UG Uganda
US United States|Vereinigte Staaten von Amerika|Etats-Unis|Estados Unidos|Stati Uniti|Verenigde Staten
US Stany Zjednoczone Ameryki|Amerikas Förenta Stater|USA|U.S.A.|U.S.|United States of America|America
UY Uruguay
UZ Uzbekistan
VA Vatican
VC Saint Vincent And The Grenadines
VE Venezuela
VG British Virgin Islands
VI U.S. Virgin Islands
VN Vietnam|Viet Nam
VU Vanuatu
WF Wallis And Futuna
WS Samoa
YE Yemen
YT Mayotte
ZA South Africa|Südafrika|Afrique du Sud|Sudáfrica|África do Sul|Sudafrica|Zuid-Afrika
ZA Republika Południowej Afryki|Sydafrika|ZAF
ZM Zambia
ZW Zimbabwe
"""


@functools.cache
def _regions() -> Mapping[str, str]:
    found = {}
    for line in _NAMES.strip().splitlines():
        region, names = line[:2], line[3:].split("|")
        found[region.casefold()] = region
        found.update((plain_name(name), region) for name in names)
    return found


def is_region(word: str) -> bool:
    """Whether a word is the code of a region that has phone numbers, such as DE."""
    return len(word) == 2 and _regions().get(word.casefold()) == word.upper()  # noqa: PLR2004 - ISO 3166-1 alpha-2


def region_of(country: str) -> str | None:
    """The region that a country's code or name means (`DE`, `Germany`, `Allemagne`), None when it is not known."""
    return _regions().get(plain_name(bare(country)).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
