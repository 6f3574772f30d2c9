"""What a text looks like that tells of a person: numbers of identity, telephones, addresses, names, records.

Texts are compared as one sees them: one width, one kind of dash and blank, nothing unseen. `COULD` is asked of the raw text first,
since most cells hold nothing of the kind; every pattern says beside it what of `COULD` it can't be without, and tests hold
the one against the other.
"""

from __future__ import annotations

import polars as pl

HAN = r"\p{Han}"
START, END = r"(?:^|[^0-9A-Za-z])", r"(?:$|[^0-9A-Za-z])"
COLON = r"[:=\x{FF1A}]"

# --- a text as one sees it -------------------------------------------------------------------------------------------------------
WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000"
PLAIN = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)) + " "
DASHES = "[\u2010-\u2015\u2212\u30fc\ufe63]"
BLANKS = "[\u00a0\u2002-\u200a\u202f\u205f]"
UNSEEN = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
# Words of medicine that begin like a surname (高血压) or stand after a colon like a name (Stable).
NO_NAMES = (
    "高血压|高血脂|高血糖|高热|白血病|白细胞|白蛋白|黄疸|骨髓|方案|于|曾|温度|史|时|应|常规|"
    r"\b(?:Stable|Alive|Dead|Died|Well|None|Unknown|Yes|No|Not|Moderate|Severe|Mild|Grade|Day|Normal|Negative|Positive|Fever|Good|"
    r"Discharged|Admitted|Followed|Lost|Improved|Complete|Partial|Relapsed|Refractory|Healthy|Hypertension|Diabetes)\b"
)

# --- numbers ---------------------------------------------------------------------------------------------------------------------
# A resident identity number: region, day of birth, three digits, check digit (GB 11643-1999); by itself or behind a word.
_RESIDENT = r"[1-9]\d{5}[ -]?(?:18|19|20)\d{2}[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[ -]?[\dXx]"
RESIDENT_ID = (
    rf"(?:^|[^0-9A-Za-z]|(?i:id|no|sfz|nric|card)[.:]?){_RESIDENT}{END}"  # six digits in a row and more
    rf"|{START}[A-Z]{{1,2}}\d{{6}} ?\([0-9A]\)"  # Hong Kong; six digits and a parenthesis
)
# Mobile and landline numbers of China, international ones, and those written as in North America.
TELEPHONE = (
    r"(?:^|[^0-9.])(?:\(?\+?(?:00)?86\)?[- ]?)?1[3-9](?:\d[- .]?\d{4}[- .]?\d{4}|\d[- ]?\d{3}[- ]?\d{5}|\d{2}[- ]?\d{3}[- ]?\d{4})"
    r"(?:$|[^0-9.]|\.(?:$|\D))"
    r"|(?:^|\D)0(?:10|2\d|[3-9]\d{2})[- ]\d{3,4}[- ]?\d{4}(?:$|\D)"
    r"|\(0(?:10|2\d|[3-9]\d{2})\) ?\d{3,4}[- ]?\d{4}(?:$|\D)"
    r"|(?:^|[^0-9A-Za-z])\+\d{1,3}(?:[ .()-]{0,2}\d){7,13}"
    r"|(?:^|\D)00\d{2,3}[ -]\d[\d -]{5,}\d"
    r"|\(\d{3}\) ?\d{3}-\d{4}"
    r"|(?:^|[^0-9-])[2-9]\d{2}-[2-9]\d{2}-\d{4}(?:$|[^0-9-])"
)
MAIL = r"[A-Za-z0-9._%+-]+ ?@ ?(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}"

# --- what a word before it makes personal: such a word is in COULD as it stands here ---------------------------------------------
CALLED = r"电话|手机|联系方式|座机|传真|(?i:telephone|phone|mobile|tel|cell|fax)"
CHAT = r"微信|(?i:wechat|weixin|qq|vx|whatsapp|telegram)"
RECORD = (
    r"病案号|病案|住院号|门诊号|病历号|就诊卡号|登记号|社保号|医保号|医保卡|身份证|身分證|证件|护照|卡号|"
    r"(?i:mrn|medical record|hospital number|hospital no|inpatient no|inpatient number|patient id|passport|insurance number|id card)"
)
DWELLS = r"家庭住址|住址|现住|家住|住在|户籍地|户口|(?i:home address|lives at|resides at|living at)"
NAMED = r"姓\s*名|患者名|病人名|联系人|监护人"
RELATIVE = r"家属|父亲|母亲|丈夫|妻子|儿子|女儿|配偶|父母"
ADDRESSED = r"先生|女士|小姐|阿姨"
PERSON = r"(?i:name|patient|contact|mother|father|wife|husband|guardian|next of kin|relative)"
TITLE = r"\b(?:Mr|Mrs|Ms|Miss|Mdm)\b"
STREET = r"路|街|大道|巷|弄|胡同|村|小区|花园|新村"
ROAD = r"Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Boulevard|Blvd"
SURNAMES = (
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑谢罗梁宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤欧赖]"
)
TWO_SIGNS = "(?:欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|端木|夏侯|轩辕|百里|呼延|南宫|澹台)"
IN_WORDS = (
    rf"(?:{CALLED})[^0-9\n]{{0,6}}\d(?:[- ]?\d){{6,}}"
    rf"|(?:{CHAT})(?:号码|号| ?(?i:id|no\.?|number))?\s*(?:{COLON}|是|为|(?i:is)\b)\s*[A-Za-z0-9][\w-]{{4,}}"
    rf"|(?:{CHAT})(?:号码|号| ?(?i:id|no\.?|number))?\s*[A-Za-z_-]*\d[\w-]{{4,}}"
    rf"|(?:{RECORD})(?:码|号码| ?(?i:number|no\.?))?\s*(?:是|为|(?i:is)\b)?\s*[:=#.]?\s*[A-Za-z]{{0,3}}-?\d{{4,}}"
    rf"|(?:{DWELLS})\s*(?:是|为|在|{COLON})?\s*[\p{{Han}}A-Za-z0-9]{{2,}}"
    rf"|{HAN}(?:{STREET})\s*\d+\s*(?:号|弄|栋|幢|室|单元|巷)"
    rf"|\b\d{{1,5}} (?:[A-Z][a-z]+ ){{1,3}}(?:{ROAD})\b"
)
NAME = (
    rf"(?:{NAMED})\s*{COLON}\s*{HAN}{{2,4}}"
    rf"|(?:{NAMED})\s*(?:是|为|叫)?\s*{SURNAMES}{HAN}{{1,2}}"
    rf"|(?:{RELATIVE})\s*{COLON}\s*{SURNAMES}{HAN}{{1,3}}"
    rf"|(?:{RELATIVE}|患者|患儿|病人)(?:姓名|名叫|叫)\s*{HAN}{{2,4}}"
    rf"|{HAN}(?:{ADDRESSED})"
    rf"|\b{PERSON}(?i:'s name| name)?\s*(?:{COLON}|(?i:is) (?:(?i:called|named) )?)\s*\p{{Lu}}[\p{{L}}'-]+"
    rf"|{TITLE}\.? \p{{Lu}}[\p{{L}}'-]+"
)
ALL = f"{RESIDENT_ID}|{TELEPHONE}|{MAIL}|{IN_WORDS}|{NAME}"
# In a column of numbers 13812345678 is a count of copies, not a telephone.
AMONG_NUMBERS = f"{RESIDENT_ID}|{MAIL}|{IN_WORDS}|{NAME}"

# A name alone, or behind an id and a blank or in parentheses: 张三, 欧阳娜娜, 阿依古丽·买买提, P06(张三), Zhang San, Smith, John.
_OF_HAN = rf"(?:(?:{TWO_SIGNS}|{SURNAMES}|[于史时应温])[ ·]?{HAN}{{1,2}}|{HAN}{{2,}}·{HAN}{{2,}})"
_WORD = r"\p{Lu}(?:\p{Ll}[\p{L}'’-]*|\p{Lu}+|['’]\p{Lu}\p{L}+)"
WHOLE_NAME = rf"(?:^|[^ (（] ?[ (（]){_OF_HAN}[)）]?$|^{_WORD},? (?:\p{{Lu}}\.? )?\p{{Lu}}\p{{Ll}}[\p{{L}}'’-]*$|^\p{{Lu}}\. ?\p{{Lu}}\p{{Ll}}+$"

# --- what makes any of them possible at all ----------------------------------------------------------------------------------------
# Here \d takes full-width digits too. Without a word boundary, which in Chinese text costs ten times the rest.
COULD = (
    r"\d{7}|\d{3}[^\d\n]{1,3}\d{3}|[0\x{FF10}]{2}\d{2,3}[^\d\n]\d|[+\x{FF0B}]\d|\d{6} ?[(\x{FF08}]|[@\x{FF20}]|[:=\x{FF1A}\x{FF1D}]"
    rf"|{CALLED}|{CHAT}|{RECORD}|{DWELLS}|{NAMED}|{RELATIVE}|{ADDRESSED}|M(?:r|s|iss|dm)"
    rf"|{PERSON}|[路街道巷弄同村区园]\s*\d|{ROAD}|患者(?:姓|名|叫)|患儿(?:姓|名|叫)|病人(?:姓|名|叫)"
    # A word may be written in full width or with signs between its letters that nobody sees.
    rf"|[\x{{FF21}}-\x{{FF5A}}]|{UNSEEN}|{DASHES}|{BLANKS}|\x{{3000}}"
)


def looks_personal(texts: pl.Series, *, among_numbers: bool = False) -> pl.Series:
    """Whether each text looks like it tells of a person.

    among_numbers: they are of a column of numbers, where a telephone can't be told from a count.
    """
    could = texts.str.contains(COULD).fill_null(value=False)
    asked = texts.filter(could)
    found = as_seen(asked).str.contains(AMONG_NUMBERS if among_numbers else ALL)
    places = could.arg_true()
    return pl.repeat(value=False, n=texts.len(), dtype=pl.Boolean, eager=True).scatter(
        places.filter(found), values=True
    )


def are_names(texts: pl.Series) -> pl.Series:
    """Whether each text is nothing but the name of a person, or ends in one set apart, as a subject's id should not."""
    return _folded(texts).str.contains(WHOLE_NAME)


def as_seen(texts: pl.Series) -> pl.Series:
    """The texts with one width, one dash, one blank and nothing unseen, and without words that only look like names."""
    return _folded(texts).str.replace_all(NO_NAMES, " ")


def _folded(texts: pl.Series) -> pl.Series:
    return (
        texts.str.replace_all(UNSEEN, "")
        .str.replace_all(DASHES, "-")
        .str.replace_all(BLANKS, " ")
        .str.replace_many(list(WIDE), list(PLAIN))
    )
