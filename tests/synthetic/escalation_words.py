"""How the two sites of demo_dose_escalation write: names of files, headers, and words of codes. What is not here is written as it is."""

from __future__ import annotations

FILES = {
    "north": {
        "patients": "patients", "infusions": "infusions", "assessments": "assessments", "course": "events", "adverse_events": "adverse_events",
        "follow_up": "follow_up", "laboratory": "laboratory",
    },
    "south": {
        "patients": "患者", "infusions": "回输", "assessments": "疗效", "course": "事件", "adverse_events": "不良反应", "follow_up": "随访",
        "laboratory": "检验",
    },
}  # fmt: skip
HEADERS = {
    "north": {
        "patient": "Patient", "enrolled": "Enrolled", "age": "Age", "sex": "Sex", "disease": "Disease", "blasts": "Blasts %", "infused": "Infused",
        "dose": "Dose 1e6/kg", "collected": "Apheresis", "released": "Released", "attempts": "Attempts", "viability": "Viable %",
        "transduction": "CAR+ %", "copies": "VCN", "cd4": "CD4 %", "memory": "Memory %", "lymphodepletion": "LD from",
        "lymphodepletion_end": "LD to", "assessed": "Date", "response": "Response", "residual": "MRD", "event": "Event", "day": "Date",
        "end": "End", "detail": "Detail", "term": "Term", "word": "Described as", "start": "Start", "grade": "Grade", "scale": "Scale",
        "serious": "Serious", "related": "Related", "limiting": "DLT", "organism": "Organism", "infection_site": "Infection site", "seen": "Date",
        "status": "Status", "sampled": "Date", "neutrophils": "ANC 10^9/L", "platelets": "PLT 10^9/L", "hemoglobin": "Hb g/dL",
        "ferritin": "Ferritin ng/mL", "CRP": "CRP mg/dL", "AST": "AST U/L", "ALT": "ALT U/L", "bilirubin": "Bilirubin mg/dL",
        "creatinine": "Creatinine mg/dL", "fibrinogen": "Fibrinogen mg/dL", "LDH": "LDH U/L", "B cells": "B cells /uL",
    },
    "south": {
        "patient": "编号", "enrolled": "入组日期", "age": "年龄", "sex": "性别", "disease": "疾病状态", "blasts": "骨髓原始细胞%", "infused": "回输日期",
        "dose": "剂量10^6/kg", "collected": "单采日期", "released": "放行日期", "attempts": "制备次数", "viability": "活率%", "transduction": "转导率%",
        "copies": "载体拷贝数", "cd4": "CD4%", "memory": "记忆T%", "lymphodepletion": "清淋开始", "lymphodepletion_end": "清淋结束",
        "assessed": "评估日期", "response": "疗效", "residual": "MRD", "event": "事件", "day": "日期", "end": "结束日期", "detail": "说明",
        "term": "名称", "word": "原文", "start": "开始日期", "grade": "级别", "scale": "标准", "serious": "严重", "related": "相关", "limiting": "DLT",
        "organism": "病原", "infection_site": "部位", "seen": "随访日期", "status": "状态", "sampled": "采样日期", "test": "项目", "result": "结果",
        "unit": "单位", "low": "下限", "high": "上限",
    },
}  # fmt: skip
_YES_NO = {"yes": "是", "no": "否"}
WORDS: dict[str, dict[str, dict[str, str]]] = {
    "north": {"sex": {"male": "M", "female": "F"}, "residual": {"negative": "neg", "positive": "pos"}},
    "south": {
        "sex": {"male": "男", "female": "女"}, "disease": {"hematologic relapse": "血液学复发", "refractory": "难治"},
        "residual": {"negative": "阴性", "positive": "阳性"}, "serious": _YES_NO, "related": _YES_NO, "limiting": _YES_NO,
        "event": {
            "apheresis": "单采", "not infused": "未回输", "bridging": "桥接", "tocilizumab": "托珠单抗", "corticosteroid": "糖皮质激素", "anakinra": "阿那白滞素",
            "ruxolitinib": "芦可替尼", "relapse": "复发", "new therapy": "新治疗", "death": "死亡",
        },
        "detail": {"manufacturing failure": "制备失败", "negative": "CD19阴性", "leukemia": "白血病", "organ failure": "多器官衰竭"},
        "term": {
            "neutropenia": "中性粒细胞减少", "thrombocytopenia": "血小板减少", "anemia": "贫血", "AST increased": "AST升高", "ALT increased": "ALT升高",
            "blood bilirubin increased": "胆红素升高", "creatinine increased": "肌酐升高", "fibrinogen decreased": "纤维蛋白原降低", "infection": "感染",
            "other": "其他",
        },
        "word": {
            "lung infection": "肺部感染", "sepsis": "脓毒症", "hypokalemia": "低钾血症", "fatigue": "乏力", "febrile neutropenia": "发热性中性粒细胞减少",
        },
        "organism": {"bacterium": "细菌", "virus": "病毒", "fungus": "真菌"},
        "infection_site": {"airways": "呼吸道", "bloodstream": "血流", "disseminated": "播散"},
        "status": {"remission": "缓解", "relapsed": "复发", "not assessed": "存活"},
        "test": {
            "neutrophils": "中性粒细胞绝对值", "platelets": "血小板计数", "hemoglobin": "血红蛋白", "ferritin": "铁蛋白", "CRP": "C反应蛋白", "AST": "谷草转氨酶",
            "ALT": "谷丙转氨酶", "bilirubin": "总胆红素", "creatinine": "肌酐", "fibrinogen": "纤维蛋白原", "LDH": "乳酸脱氢酶", "B cells": "B细胞",
        },
    },
}  # fmt: skip
