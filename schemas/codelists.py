"""Every code a canonical column may hold, with its meaning. A code list is stated here and nowhere else."""

from __future__ import annotations

from typing import Final, NamedTuple


class Codelist(NamedTuple):
    """A closed list of codes; `codes` maps each code to what it means."""

    name: str
    codes: dict[str, str]

    def refuse_unknown(self, key: str, *given: str) -> None:
        """ValueError that names `key`, the codes expected and those found, if any of `given` is not on the list."""
        if unknown := sorted({*given} - self.codes.keys()):
            raise ValueError(f"{key}: expected one of {', '.join(self.codes)}; found {', '.join(unknown)}")


SEX: Final = Codelist("sex", {"male": "Male", "female": "Female"})

YES_NO: Final = Codelist("yes_no", {"yes": "Yes", "no": "No"})

DISEASE_STATUS: Final = Codelist(
    "disease_status",
    {
        "hematologic relapse": "At least 5% marrow blasts after a remission",
        "refractory": "No remission after the last line of therapy",
        "MRD positive": "Less than 5% marrow blasts, measurable residual disease found",
        "extramedullary relapse": "Leukemia outside the marrow only",
    },
)

TARGET: Final = Codelist(
    "target",
    {
        "CD19": "Single product against CD19",
        "CD22": "Single product against CD22",
        "CD19+CD22 tandem": "One product that binds CD19 and CD22",
        "CD19+CD22 cocktail": "Two products given together",
        "CD19+CD22 sequential": "Two products given one after the other within one course",
    },
)

CELL_SOURCE: Final = Codelist(
    "cell_source",
    {
        "autologous": "Cells of the subject",
        "donor-derived": "Cells of the subject's transplant donor",
        "third-party": "Cells of an unrelated healthy donor",
    },
)

REGIMEN: Final = Codelist(
    "lymphodepletion_regimen",
    {
        "FC": "Fludarabine and cyclophosphamide",
        "FC + decitabine": "Fludarabine, cyclophosphamide and decitabine",
        "other": "Any other regimen",
        "none": "No lymphodepletion",
    },
)

RESPONSE: Final = Codelist(
    "response",
    {
        "CR": "Complete remission",
        "CRi": "Complete remission with incomplete count recovery",
        "PR": "Partial remission",
        "NR": "No response",
        "NE": "Not evaluable",
    },
)

COMPLETE_REMISSION: Final = ("CR", "CRi")

MRD_STATUS: Final = Codelist(
    "mrd_status",
    {
        "negative": "No measurable residual disease at the sensitivity of the method",
        "positive": "Measurable residual disease found",
        "not done": "Not examined",
    },
)

MRD_METHOD: Final = Codelist(
    "mrd_method",
    {"flow": "Flow cytometry", "PCR": "Quantitative PCR", "NGS": "Next-generation sequencing"},
)

ADVERSE_EVENT_TERM: Final = Codelist(
    "adverse_event_term",
    {
        "CRS": "Cytokine release syndrome",
        "ICANS": "Immune effector cell-associated neurotoxicity syndrome",
        "acute GVHD": "Acute graft-versus-host disease",
        "chronic GVHD": "Chronic graft-versus-host disease",
        "neutropenia": "Low neutrophils",
        "thrombocytopenia": "Low platelets",
        "anemia": "Low hemoglobin",
        "lymphopenia": "Low lymphocytes",
        "leukopenia": "Low leukocytes",
        "AST increased": "High aspartate aminotransferase",
        "ALT increased": "High alanine aminotransferase",
        "blood bilirubin increased": "High bilirubin",
        "creatinine increased": "High creatinine",
        "fibrinogen decreased": "Low fibrinogen",
        "hypertriglyceridemia": "High triglycerides",
        "infection": "Any infection",
        "IEC-HS": "Immune effector cell-associated hemophagocytic syndrome",
        "graft failure": "Failure of a stem cell graft",
        "organ toxicity": "Toxicity of an organ, none of the above",
        "second malignancy": "New malignancy after the infusion, not the disease treated",
        "other": "Any other adverse event",
    },
)

ORGANISM: Final = Codelist(
    "organism",
    {
        "bacterium": "Bacteria",
        "virus": "Virus",
        "fungus": "Fungus, Pneumocystis among them",
        "parasite": "Parasite",
        "several organisms": "Organisms of several of these kinds",
        "not identified": "Looked for, none found",
    },
)

INFECTION_SITE: Final = Codelist(
    "infection_site",
    {
        "bloodstream": "Blood, catheters among it",
        "airways": "Upper airways and lung",
        "gut": "Stomach and gut",
        "urinary tract": "Kidney and urinary tract",
        "skin": "Skin and soft tissue",
        "central nervous system": "Brain, meninges, spinal cord",
        "disseminated": "Several sites",
        "other site": "Any other site",
    },
)

GRADING_SCALE: Final = Codelist(
    "grading_scale",
    {
        "ASTCT 2019": "Lee et al., Biol Blood Marrow Transplant 2019;25:625",
        "Lee 2014": "Lee et al., Blood 2014;124:188",
        "Penn": "Porter et al., J Hematol Oncol 2018;11:35",
        "CTCAE 4": "Common Terminology Criteria for Adverse Events 4.03",
        "CTCAE 5": "Common Terminology Criteria for Adverse Events 5.0",
        "CTCAE 6": "Common Terminology Criteria for Adverse Events 6.0",
        "MAGIC": "Harris et al., Biol Blood Marrow Transplant 2016;22:4",
        "NIH 2014": "Jagasia et al., Biol Blood Marrow Transplant 2015;21:389",
    },
)

# The FDA asks since 2024 that a secondary T-cell malignancy be tested for the transgene of the product.
TRANSGENE: Final = Codelist(
    "transgene",
    {
        "positive": "Transgene found in the malignant cells",
        "negative": "Looked for in the malignant cells, not found",
        "not done": "Not tested",
        "unknown": "Not known whether tested, or with which result",
    },
)

HYPOTENSION: Final = Codelist(
    "hypotension",
    {
        "none": "No hypotension",
        "no vasopressor": "Hypotension without need of a vasopressor",
        "one vasopressor": "One vasopressor, with or without vasopressin",
        "multiple vasopressors": "Several vasopressors, vasopressin not counted",
    },
)

HYPOXIA: Final = Codelist(
    "hypoxia",
    {
        "none": "No additional oxygen",
        "low-flow": "Nasal cannula up to 6 L/min, or blow-by",
        "high-flow": "High-flow cannula, facemask, non-rebreather or Venturi mask",
        "positive pressure": "CPAP, BiPAP, intubation, mechanical ventilation",
    },
)

CONSCIOUSNESS: Final = Codelist(
    "consciousness",
    {
        "awake": "Normal",
        "spontaneous": "Depressed, awakens spontaneously",
        "to voice": "Awakens to voice",
        "to touch": "Awakens only to tactile stimulus",
        "unarousable": "Unarousable, stupor or coma",
    },
)

SEIZURE: Final = Codelist(
    "seizure",
    {
        "none": "No seizure",
        "resolved": "Seizure that resolved rapidly or with intervention",
        "prolonged": "Over 5 minutes, or repetitive without return to baseline",
    },
)

CEREBRAL_EDEMA: Final = Codelist(
    "cerebral_edema",
    {
        "none": "None",
        "focal": "Focal edema on imaging",
        "diffuse": "Diffuse edema, posturing, palsy of nerve VI, Cushing's triad",
    },
)

TREATMENT: Final = Codelist(
    "treatment",
    {
        "tocilizumab": "Tocilizumab or another blocker of interleukin 6",
        "corticosteroid": "Systemic corticosteroid",
        "immunoglobulin": "Intravenous or subcutaneous immunoglobulin",
        "platelet transfusion": "Transfusion of platelets",
        "red cell transfusion": "Transfusion of red cells",
        "plasma transfusion": "Transfusion of plasma or cryoprecipitate",
        "fibrinogen concentrate": "Fibrinogen concentrate",
        "granulocyte transfusion": "Transfusion of granulocytes",
        "G-CSF": "Granulocyte colony-stimulating factor",
        "thrombopoietin receptor agonist": "Thrombopoietin, or an agonist of its receptor",
        "erythropoietin": "Erythropoietin, or an agonist of its receptor",
        "stem cell boost": "Infusion of stored stem cells without conditioning",
        "anakinra": "Anakinra or another blocker of interleukin 1",
        "ruxolitinib": "Ruxolitinib or another inhibitor of Janus kinases",
        "etoposide": "Etoposide against hyperinflammation",
        "emapalumab": "Emapalumab",
        "vasopressor": "Vasopressor or inotrope",
        "mechanical ventilation": "Mechanical ventilation through a tube",
        "intensive care": "Stay in intensive care, from the first day to the last",
        "hospital stay": "Stay in hospital, from the first day to the last",
        "bridging": "Chemotherapy between collection and infusion",
        "antileukemic": "Therapy of leukemia after the infusion, other than in remission",
        "other": "Any other treatment",
    },
)

TRANSPLANT_TYPE: Final = Codelist(
    "transplant_type",
    {"allogeneic": "Allogeneic stem cell transplant", "autologous": "Autologous stem cell transplant"},
)

CONSOLIDATION: Final = Codelist(
    "consolidation",
    {
        "decitabine": "Decitabine",
        "chemotherapy": "Chemotherapy",
        "donor lymphocytes": "Donor lymphocyte infusion",
        "kinase inhibitor": "Tyrosine kinase inhibitor",
        "blinatumomab": "Blinatumomab",
        "other": "Any other treatment in remission",
    },
)

RELAPSE_SITE: Final = Codelist(
    "relapse_site",
    {
        "marrow": "Bone marrow",
        "CNS": "Central nervous system",
        "extramedullary": "Outside marrow and central nervous system",
        "combined": "Marrow and another site",
        "unknown": "Not reported",
    },
)

RELAPSE_DETECTION: Final = Codelist(
    "relapse_detection",
    {
        "morphologic": "Blasts seen by morphology",
        "MRD": "Measurable residual disease only",
        "imaging": "Extramedullary disease on imaging",
    },
)

ANTIGEN_STATUS: Final = Codelist(
    "antigen_status",
    {
        "positive": "Expressed",
        "dim": "Expression reduced",
        "negative": "Lost",
        "not done": "Not examined",
    },
)

ANTIGEN: Final = Codelist("antigen", {"CD19": "CD19", "CD22": "CD22"})

DISPOSITION: Final = Codelist(
    "disposition",
    {
        "apheresis": "Cells were collected for the product",
        "not infused": "A planned infusion was not given",
        "withdrew consent": "The subject took consent back",
        "lost to follow-up": "The subject is no longer reached",
        "end of study": "The subject left the study as planned",
    },
)

DISPOSITION_REASON: Final = Codelist(
    "disposition_reason",
    {
        "progression": "Leukemia progressed",
        "manufacturing failure": "No product, or none that could be released",
        "death": "The subject died",
        "infection": "Infection",
        "toxicity": "Toxicity of earlier treatment",
        "remission": "Remission made it needless",
        "transplant": "Transplant instead",
        "ineligible": "No longer eligible",
        "withdrew": "The subject did not want it",
        "other": "Any other reason",
    },
)

CONSENT_SCOPE: Final = Codelist(
    "consent_scope",
    {
        "nothing": "No data from after that day",
        "vital status": "Whether and when the subject died, no other data",
        "all": "Data from after that day as before",
    },
)

FOLLOW_UP_STATUS: Final = Codelist(
    "follow_up_status",
    {
        "remission": "Assessed and in remission",
        "relapsed": "Assessed, leukemia present",
        "not assessed": "Known alive, disease not assessed",
        "lost to follow-up": "No longer reached; not known to be alive on that day",
        "withdrew": "No longer takes part; not known to be alive on that day",
    },
)

DEATH_CAUSE: Final = Codelist(
    "death_cause",
    {
        "leukemia": "Relapsed or refractory leukemia",
        "CRS": "Cytokine release syndrome",
        "ICANS": "Neurotoxicity",
        "infection": "Infection",
        "organ failure": "Multi-organ failure",
        "GVHD": "Graft-versus-host disease",
        "transplant-related": "Other complication of a transplant",
        "other": "Any other cause",
        "unknown": "Not reported",
    },
)

MATRIX: Final = Codelist("matrix", {"blood": "Blood", "marrow": "Bone marrow", "CSF": "Cerebrospinal fluid"})

KINETICS_ASSAY: Final = Codelist(
    "kinetics_assay",
    {"flow": "Flow cytometry of CAR-T cells", "qPCR": "Quantitative PCR of the transgene"},
)

LABORATORY_TEST: Final = Codelist(
    "laboratory_test",
    {
        "IL-1beta": "Interleukin 1 beta",
        "IL-2": "Interleukin 2",
        "IL-6": "Interleukin 6",
        "IL-8": "Interleukin 8",
        "IL-10": "Interleukin 10",
        "IL-15": "Interleukin 15",
        "TNF-alpha": "Tumor necrosis factor alpha",
        "IFN-gamma": "Interferon gamma",
        "sIL-2R": "Soluble interleukin 2 receptor (sCD25)",
        "IgG": "Immunoglobulin G",
        "IgA": "Immunoglobulin A",
        "IgM": "Immunoglobulin M",
        "B cells": "Normal B cells",
        "T cells": "T cells (CD3)",
        "CD4 T cells": "CD4 T cells",
        "CD8 T cells": "CD8 T cells",
        "leukocytes": "Leukocyte count",
        "lymphocytes": "Absolute lymphocyte count",
        "neutrophils": "Absolute neutrophil count",
        "platelets": "Platelet count",
        "hemoglobin": "Hemoglobin",
        "ferritin": "Ferritin",
        "CRP": "C-reactive protein",
        "LDH": "Lactate dehydrogenase",
        "AST": "Aspartate aminotransferase",
        "ALT": "Alanine aminotransferase",
        "bilirubin": "Total bilirubin",
        "direct bilirubin": "Direct bilirubin",
        "creatinine": "Creatinine",
        "albumin": "Albumin",
        "triglycerides": "Triglycerides",
        "fibrinogen": "Fibrinogen",
        "D-dimer": "D-dimer",
        "CMV DNA": "Cytomegalovirus DNA",
        "EBV DNA": "Epstein-Barr virus DNA",
        "HBV DNA": "Hepatitis B virus DNA",
        "HHV-6 DNA": "Human herpesvirus 6 DNA",
        "adenovirus DNA": "Adenovirus DNA",
    },
)

GENOMIC_FINDING: Final = Codelist(
    "genomic_finding",
    {
        "TP53": "TP53 mutation or deletion",
        "BCR::ABL1": "BCR::ABL1 fusion",
        "KMT2A": "KMT2A rearrangement",
        "BCR::ABL1-like": "BCR::ABL1-like gene expression",
        "TCF3::PBX1": "TCF3::PBX1 fusion",
        "ETV6::RUNX1": "ETV6::RUNX1 fusion",
        "hypodiploidy": "Fewer than 44 chromosomes",
        "complex karyotype": "Five or more chromosome abnormalities",
        "IKZF1": "IKZF1 deletion",
    },
)

FINDING_RESULT: Final = Codelist(
    "finding_result",
    {"present": "Found", "absent": "Examined, not found", "not done": "Not examined"},
)

MILESTONE: Final = Codelist(
    "milestone",
    {
        "platelet recovery": "Platelets recovered",
        "neutrophil recovery": "Neutrophils recovered",
        "immunoglobulin recovery": "Immunoglobulins recovered without replacement",
        "B-cell recovery": "Normal B cells recovered",
        "CAR-T loss": "CAR-T cells no longer detectable",
    },
)
