"""Other names of laboratory tests: what exports write where a code of the list is meant, in English, Chinese and LOINC.

Neither width nor case of letters tells names apart. A name that may mean two tests stands for none: it is asked about. A LOINC code
stands for the quantity alone; the unit is read from the record.

Source: LOINC 2.78, components in serum, plasma or blood; Chinese names as in WS/T 102-1998 and the reports of laboratories.
"""

from __future__ import annotations

from schemas.codelists import LABORATORY_TEST

LABORATORY_NAMES: dict[str, tuple[str, ...]] = {
    "neutrophils": ("ANC", "neutrophil count", "absolute neutrophil count", "NEUT", "NEUT#", "中性粒细胞", "中性粒细胞绝对值", "中性粒细胞计数", "751-8", "26499-4"),
    "platelets": ("PLT", "platelet count", "platelet", "血小板", "血小板计数", "777-3", "26515-7"),
    "hemoglobin": ("Hb", "HGB", "haemoglobin", "血红蛋白", "718-7"),
    "leukocytes": ("WBC", "white blood cells", "white cell count", "leucocytes", "白细胞", "白细胞计数", "6690-2", "26464-8"),
    "lymphocytes": ("ALC", "lymphocyte count", "absolute lymphocyte count", "LYMPH", "LYMPH#", "淋巴细胞", "淋巴细胞绝对值", "731-0", "26474-7"),
    "B cells": ("CD19 B cells", "B细胞", "B淋巴细胞", "8116-4"),
    "T cells": ("CD3 T cells", "T细胞", "T淋巴细胞", "8122-2"),
    "CD4 T cells": ("CD4+ T cells", "CD4+T细胞", "CD4 T细胞", "24467-3"),
    "CD8 T cells": ("CD8+ T cells", "CD8+T细胞", "CD8 T细胞", "14135-8"),
    "IgG": ("immunoglobulin G", "免疫球蛋白G", "2465-3"),
    "IgA": ("immunoglobulin A", "免疫球蛋白A", "2458-8"),
    "IgM": ("immunoglobulin M", "免疫球蛋白M", "2472-9"),
    "IL-1beta": ("IL-1β", "IL1B", "interleukin 1 beta", "白细胞介素-1β", "白介素-1β"),
    "IL-2": ("IL2", "interleukin 2", "白细胞介素-2", "白介素-2"),
    "IL-6": ("IL6", "interleukin 6", "白细胞介素-6", "白细胞介素6", "白介素-6", "白介素6", "26881-3"),
    "IL-8": ("IL8", "interleukin 8", "白细胞介素-8", "白介素-8"),
    "IL-10": ("IL10", "interleukin 10", "白细胞介素-10", "白介素-10"),
    "IL-15": ("IL15", "interleukin 15", "白细胞介素-15", "白介素-15"),
    "TNF-alpha": ("TNF-α", "TNFα", "TNF alpha", "tumor necrosis factor alpha", "肿瘤坏死因子-α", "肿瘤坏死因子α"),
    "IFN-gamma": ("IFN-γ", "IFNγ", "IFN gamma", "interferon gamma", "干扰素-γ", "干扰素γ"),
    "sIL-2R": ("sCD25", "soluble IL-2 receptor", "soluble CD25", "可溶性CD25", "可溶性白介素-2受体"),
    "ferritin": ("serum ferritin", "铁蛋白", "血清铁蛋白", "2276-4"),
    "CRP": ("C-reactive protein", "C反应蛋白", "C-反应蛋白", "超敏C反应蛋白", "hs-CRP", "1988-5", "30522-7"),
    "LDH": ("lactate dehydrogenase", "乳酸脱氢酶", "2532-0", "14804-9", "14805-6"),
    "AST": ("aspartate aminotransferase", "SGOT", "GOT", "谷草转氨酶", "天门冬氨酸氨基转移酶", "天冬氨酸氨基转移酶", "1920-8"),
    "ALT": ("alanine aminotransferase", "SGPT", "GPT", "谷丙转氨酶", "丙氨酸氨基转移酶", "1742-6"),
    "bilirubin": ("total bilirubin", "TBIL", "T-BIL", "总胆红素", "1975-2", "14631-6"),
    "direct bilirubin": ("conjugated bilirubin", "DBIL", "D-BIL", "直接胆红素", "结合胆红素", "1968-7", "14629-0"),
    "creatinine": ("serum creatinine", "CREA", "Scr", "肌酐", "血肌酐", "血清肌酐", "2160-0", "14682-9"),
    "albumin": ("ALB", "白蛋白", "1751-7"),
    "triglycerides": ("triglyceride", "TG", "甘油三酯", "甘油三脂", "2571-8", "14927-8"),
    "fibrinogen": ("FIB", "纤维蛋白原", "3255-7"),
    "D-dimer": ("D dimer", "D-二聚体", "D二聚体", "48065-7", "48058-2"),
    "CMV DNA": ("CMV-DNA", "CMV PCR", "巨细胞病毒DNA", "巨细胞病毒核酸"),
    "EBV DNA": ("EBV-DNA", "EBV PCR", "EB病毒DNA", "EB病毒核酸"),
    "HBV DNA": ("HBV-DNA", "HBV PCR", "乙肝病毒DNA", "乙型肝炎病毒DNA"),
    "HHV-6 DNA": ("HHV6 DNA", "HHV-6-DNA", "人疱疹病毒6型DNA"),
    "adenovirus DNA": ("ADV DNA", "ADV-DNA", "腺病毒DNA"),
}  # fmt: skip
_NAMES_OF = {LABORATORY_TEST.name: LABORATORY_NAMES}


def other_names(codelist_name: str | None) -> dict[str, str]:
    """Other names of the codes of a code list, each with its code; none where a list has no such."""
    names = _NAMES_OF.get(codelist_name or "", {})
    return {name: code for code, others in names.items() for name in others}
