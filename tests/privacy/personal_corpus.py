"""Remarks as sites write them, with and without personal data, in Chinese and English, drawn with a fixed seed. Nobody here exists."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林郑谢罗梁宋唐许韩冯邓曹彭"
GIVEN = ["伟", "芳", "小明", "建国", "秀英", "丽娜", "子涵", "志强", "梅", "雨桐", "国庆", "欣怡"]
PINYIN = ["Zhang", "Wang", "Li", "ZHANG", "Chen", "O'Brien", "Smith", "Garcia", "Müller-Schmidt", "Liu"]
FIRST = ["San", "Wei", "Xiaoming", "John", "Maria", "Fang"]
CITIES, ROADS = ["杭州市", "北京市", "成都市"], ["庆春路", "中山北路", "人民大道", "建设街", "长安街"]
STREETS = ["Baker Street", "Park Road", "Nathan Rd", "Fifth Avenue", "Queens Road Central Road"]
WIDE = str.maketrans({**{str(n): chr(0xFF10 + n) for n in range(10)}, "-": "－", "@": "＠", "(": "（", ")": "）"})
BEFORE = ["", "患者发热，", "随访时", "2021-03-05 ", "pt called back, ", "see note; ", "感染科会诊，", "Day 28: "]
AFTER = ["", "。", ".", "，已核对", " 联系不上", " (new)", "; no answer", "，明日复诊"]


def _digits(random: Random, count: int) -> str:
    return "".join(random.choices("0123456789", k=count))


def _mobile(random: Random) -> str:
    a, b, c = random.choice("356789"), _digits(random, 4), _digits(random, 4)
    return f"1{a}{_digits(random, 1)}" + random.choice(["", "-", " "]).join(["", b, c])


def _resident(random: Random) -> str:
    region, day = (
        random.choice(["110105", "330106", "510104", "440305"]),
        f"{random.randint(1940, 2019)}{random.randint(1, 12):02}",
    )
    parts = [region, f"{day}{random.randint(1, 28):02}", _digits(random, 3) + random.choice("0123456789X")]
    return random.choice(["", " "]).join(parts)


def _name(random: Random) -> str:
    return random.choice(SURNAMES) + random.choice(GIVEN)


PERSONAL: list[Callable[[Random], str]] = [
    _mobile,
    lambda r: f"电话{_mobile(r)}",
    lambda r: _mobile(r).translate(WIDE),
    lambda r: f"+86 {_mobile(r)}",
    lambda r: f"+852 {r.choice('569')}{_digits(r, 3)} {_digits(r, 4)}",
    lambda r: f"+44 20 {_digits(r, 4)} {_digits(r, 4)}",
    lambda r: f"(0571){r.choice('2345678')}{_digits(r, 7)}",
    lambda r: f"座机 010-{r.choice('2345678')}{_digits(r, 7)}",
    lambda r: f"phone (405) {r.randint(200, 999)}-{_digits(r, 4)}",
    lambda r: f"tel {r.randint(200, 999)}-{r.randint(200, 999)}-{_digits(r, 4)}",
    lambda r: f"家里电话：{r.choice('2345678')}{_digits(r, 7)}",
    _resident,
    lambda r: f"身份证{_resident(r)}",
    lambda r: f"ID{_resident(r)}",
    lambda r: f"HKID {r.choice('ABKMYZ')}{_digits(r, 6)}({r.randint(0, 9)})",
    lambda r: f"护照 E{_digits(r, 8)}",
    lambda r: f"姓名{_name(r)}",
    lambda r: f"姓名：{_name(r)}",
    lambda r: f"姓 名: {_name(r)}",
    lambda r: f"联系人：{_name(r)}",
    lambda r: f"家属姓名{_name(r)}",
    lambda r: f"母亲：{_name(r)}",
    lambda r: f"{r.choice(SURNAMES)}{r.choice(['先生', '女士', '小姐', '阿姨'])}来电",
    lambda r: f"{r.choice(['Mr.', 'Mrs', 'Ms.', 'Mr'])} {r.choice(PINYIN)} {r.choice(FIRST)}",
    lambda r: f"patient name: {r.choice(PINYIN)} {r.choice(FIRST)}",
    lambda r: f"Name is {r.choice(PINYIN)}",
    lambda r: f"contact: {r.choice(PINYIN)}",
    lambda r: (
        f"{r.choice(['wang', 'li.na', 'zhang_san'])}{_digits(r, 2)}@{r.choice(['qq.com', 'mail.zju.edu.cn', 'example.org'])}"
    ),
    lambda r: f"li{_digits(r, 3)}@163.com".translate(WIDE),
    lambda r: f"微信号：{r.choice(['wxid_', 'li', 'hz'])}{_digits(r, 6)}",
    lambda r: f"WeChat: zhang_{_digits(r, 3)}",
    lambda r: f"QQ {_digits(r, 9)}",
    lambda r: f"住院号{_digits(r, 8)}",
    lambda r: f"病案号：{r.choice(['', 'ZY'])}{_digits(r, 6)}",
    lambda r: f"MRN {_digits(r, 7)}",
    lambda r: f"medical record number {_digits(r, 6)}",
    lambda r: f"医保卡号 {_digits(r, 9)}",
    lambda r: f"住址：{r.choice(CITIES)}{r.choice(ROADS)}",
    lambda r: f"家住{r.choice(CITIES)}西湖区",
    lambda r: f"{r.choice(CITIES)}{r.choice(ROADS)}{r.randint(1, 999)}号",
    lambda r: f"{r.randint(1, 999)} {r.choice(STREETS)}",
    lambda r: f"lives at {r.randint(1, 99)} {r.choice(STREETS)}",
    lambda r: "姓\u200b名：" + _name(r),
    lambda r: _mobile(r).replace("-", "\u2011").replace(" ", "\u00a0"),
]
HARMLESS: list[Callable[[Random], str]] = [
    lambda r: f"发热{r.uniform(37, 41):.1f}℃, 持续{r.randint(1, 9)}天",
    lambda r: f"WBC {r.uniform(0, 30):.2f}x10^9/L",
    lambda r: f"IL-6 {r.uniform(0, 99999):.1f} pg/mL",
    lambda r: f"{r.randint(2015, 2024)}-{r.randint(1, 12):02}-{r.randint(1, 28):02} 至 2024-{r.randint(1, 12):02}-01",
    lambda r: f"样本号 20{_digits(r, 9)}",
    lambda r: f"grade: {r.choice(['mild', 'severe', '3'])}",
    lambda r: f"{r.randint(2015, 2024)}年{r.randint(1, 12)}月{r.randint(1, 28)}日复查骨髓",
    lambda r: f"CAR-T {_digits(r, 6)} copies/ug",
    lambda r: f"BCR::ABL1 {r.uniform(0, 1):.4f}",
    lambda r: f"subject 001-{_digits(r, 3)}-{_digits(r, 4)}",
    lambda r: f"lot CT{_digits(r, 8)}",
    lambda _: "家属要求出院",
    lambda r: f"父亲高血压病史{r.randint(2, 20)}年",
    lambda _: "母亲黄疸",
    lambda _: "患者黄疸，骨髓抑制",
    lambda _: "姓名不详",
    lambda _: "微信随访，病情稳定",
    lambda _: "电话随访，无不适",
    lambda _: "WeChat follow-up done",
    lambda _: "contacted by phone on day 90",
    lambda r: f"patient: {r.choice(['Stable', 'Alive', 'Discharged'])}",
    lambda _: "Patient is well, no GVHD",
    lambda _: "Contact lost after month 6",
    lambda r: f"转至{r.choice(CITIES)}第一人民医院移植",
    lambda r: f"{r.randint(1, 30)}号病房，{r.randint(1, 9)}床",
    lambda r: f"通过中心静脉通路 {r.randint(1, 3)}次输注",
    lambda r: f"St. Jude regimen, {r.randint(1, 9)} cycles",
    lambda r: f"TP53 p.R{r.randint(100, 300)}H, VAF {r.uniform(0, 100):.1f}%",
    lambda r: f"MRD <0.01% ({r.randint(100, 900)} {r.randint(100, 900)} events)",
    lambda r: f"血压 {r.randint(90, 180)}/{r.randint(50, 100)} mmHg",
    lambda r: f"铁蛋白 {r.randint(100, 99999)} ng/mL, LDH {r.randint(100, 9999)}",
    lambda _: "CRS Grade 2, tocilizumab 8 mg/kg",
    lambda r: f"NCT0{_digits(r, 7)}",
    lambda r: f"ChiCTR{r.randint(1000000000, 2100000000)}",
    lambda _: "decitabine + Flu/Cy, dose 1.2e6/kg",
    lambda r: f"EBV {r.randint(1000, 999999)} copies/mL; CMV negative",
]


def draw(count: int, seed: int = 20240905) -> list[tuple[str, bool]]:
    """Texts, each with whether it holds personal data; every kind comes equally often."""
    random = Random(seed)
    kinds = [(make, True) for make in PERSONAL] + [(make, False) for make in HARMLESS]
    texts = []
    for number in range(count):
        make, personal = kinds[number % len(kinds)]
        texts.append((random.choice(BEFORE) + make(random) + random.choice(AFTER), personal))
    return texts
