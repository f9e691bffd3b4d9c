"""The value lists of the official forms: stored by key, shown by label, never by a number.

Two number lists exist for employment (5 is 离休 in one and 退职 in the other) and for political status; records are
mapped by label. Source: 会员信息采集表, 工会组织信息采集表; GB/T 2261.1, 3304, 4658, 4762, 4754-2017.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Sex(TextChoices):
    """GB/T 2261.1, without its numbers."""

    MALE = "m", _("Male")
    FEMALE = "f", _("Female")


class IdType(TextChoices):
    """What the ID number was read from. PERMIT numbers have 18 characters and the check of GB 11643."""

    RESIDENT = "resident", _("Resident ID card")
    PERMIT = "permit", _("Residence permit or permanent residence card")
    PASSPORT = "passport", _("Passport")
    MILITARY = "military", _("Military ID")
    HK_MACAO = "hk_macao", _("Mainland travel permit for Hong Kong and Macao residents")
    TAIWAN = "taiwan", _("Mainland travel permit for Taiwan residents")
    OTHER = "other", _("Other document")


class Education(TextChoices):
    """GB/T 4658; doctor and master are kept apart."""

    DOCTOR = "doctor", _("Doctor")
    MASTER = "master", _("Master")
    BACHELOR = "bachelor", _("Bachelor")
    COLLEGE = "college", _("Junior college")
    SECONDARY_VOCATIONAL = "secondary_vocational", _("Secondary vocational school")
    HIGH_SCHOOL = "high_school", _("Senior high school")
    MIDDLE_SCHOOL = "middle_school", _("Junior high school")
    PRIMARY = "primary", _("Primary school or less")


class PoliticalStatus(TextChoices):
    """GB/T 4762."""

    CPC = "cpc", _("Member of the CPC")
    CPC_PROBATIONARY = "cpc_probationary", _("Probationary member of the CPC")
    CYL = "cyl", _("Member of the Communist Youth League")
    RCCK = "rcck", _("Member of the Revolutionary Committee of the Kuomintang")
    CDL = "cdl", _("Member of the China Democratic League")
    CNDCA = "cndca", _("Member of the Democratic National Construction Association")
    CAPD = "capd", _("Member of the Association for Promoting Democracy")
    CPWDP = "cpwdp", _("Member of the Peasants' and Workers' Democratic Party")
    ZHIGONG = "zhigong", _("Member of the Zhi Gong Party")
    JIUSAN = "jiusan", _("Member of the Jiusan Society")
    TDSL = "tdsl", _("Member of the Taiwan Democratic Self-Government League")
    NO_PARTY = "no_party", _("Public figure without party")
    MASSES = "masses", _("No party")


class EmploymentStatus(TextChoices):
    """Both lists of the forms together."""

    EMPLOYED = "employed", _("At work")
    LAID_OFF = "laid_off", _("Laid off or waiting for work")
    UNEMPLOYED = "unemployed", _("Without work")
    RETIRED = "retired", _("Retired")
    RETIRED_VETERAN = "retired_veteran", _("Retired veteran cadre")
    RESIGNED = "resigned", _("Left service with benefit")
    EARLY_RETIRED = "early_retired", _("Internally retired")
    SICK_LEAVE = "sick_leave", _("On long sick leave")
    OTHER = "other", _("Other")


class SkillGrade(TextChoices):
    """Five old grades and the three of the new eight-grade scheme of 2022."""

    NONE = "none", _("None")
    APPRENTICE = "apprentice", _("Apprentice")
    GRADE_5 = "grade_5", _("Grade 5 (junior)")
    GRADE_4 = "grade_4", _("Grade 4 (intermediate)")
    GRADE_3 = "grade_3", _("Grade 3 (senior)")
    GRADE_2 = "grade_2", _("Grade 2 (technician)")
    GRADE_1 = "grade_1", _("Grade 1 (senior technician)")
    SPECIAL = "special", _("Special-grade technician")
    CHIEF = "chief", _("Chief technician")


class HukouType(TextChoices):
    """Household registration, before and after the reform of 2014."""

    AGRICULTURAL = "agricultural", _("Agricultural household")
    NON_AGRICULTURAL = "non_agricultural", _("Non-agricultural household")
    RESIDENT = "resident", _("Resident household")


class UnitNature(TextChoices):
    """单位性质类别, 20 values of the form."""

    STATE = "state", _("State-owned enterprise")
    COLLECTIVE = "collective", _("Collective enterprise")
    COOPERATIVE = "cooperative", _("Joint-stock cooperative")
    JOINT_OPERATION = "joint_operation", _("Jointly operated enterprise")
    STATE_SOLE = "state_sole", _("Wholly state-owned company")
    LIMITED = "limited", _("Other limited liability company")
    STATE_HOLDING = "state_holding", _("State-controlled company")
    JOINT_STOCK = "joint_stock", _("Other joint-stock company")
    PRIVATE = "private", _("Private enterprise")
    DOMESTIC_OTHER = "domestic_other", _("Other domestic enterprise")
    HMT = "hmt", _("Hong Kong, Macao or Taiwan investment")
    FOREIGN = "foreign", _("Foreign investment")
    INSTITUTION_FUNDED = "institution_funded", _("Public institution funded by the budget")
    INSTITUTION_OTHER = "institution_other", _("Other public institution")
    GOVERNMENT = "government", _("Government body")
    INDIVIDUAL = "individual", _("Individual business")
    SOCIAL_GROUP = "social_group", _("Social organisation")
    NON_ENTERPRISE = "non_enterprise", _("Private non-enterprise unit")
    FOUNDATION = "foundation", _("Foundation")
    OTHER = "other", _("Other organisation")


class EconomicType(TextChoices):
    """经济类型, nine values of the form."""

    STATE = "state", _("State economy")
    COLLECTIVE = "collective", _("Collective economy")
    PRIVATE = "private", _("Private economy")
    INDIVIDUAL = "individual", _("Individual economy")
    JOINT_OPERATION = "joint_operation", _("Jointly operated economy")
    JOINT_STOCK = "joint_stock", _("Joint-stock system")
    FOREIGN = "foreign", _("Foreign-invested economy")
    HMT = "hmt", _("Hong Kong, Macao or Taiwan invested economy")
    OTHER = "other", _("Other economy")


class Industry(TextChoices):
    """Sections of GB/T 4754-2017; the form's own list repeats and mixes names and is not used."""

    A = "A", _("Agriculture, forestry, animal husbandry and fishery")
    B = "B", _("Mining")
    C = "C", _("Manufacturing")
    D = "D", _("Electricity, heat, gas and water")
    E = "E", _("Construction")
    F = "F", _("Wholesale and retail")
    G = "G", _("Transport, storage and post")
    H = "H", _("Hotels and catering")
    I = "I", _("Information, software and IT services")  # noqa: E741  the section's letter
    J = "J", _("Finance")
    K = "K", _("Real estate")
    L = "L", _("Leasing and business services")
    M = "M", _("Research and technical services")
    N = "N", _("Water, environment and public facilities")
    O = "O", _("Household, repair and other services")  # noqa: E741  the section's letter
    P = "P", pgettext_lazy("industry", "Education")
    Q = "Q", _("Health and social work")
    R = "R", _("Culture, sports and entertainment")
    S = "S", _("Public administration and social organisations")
    T = "T", _("International organisations")


class Ethnicity(TextChoices):
    """GB/T 3304, 56 groups in its order."""

    HAN = "han", _("Han ethnicity")
    MONGOL = "mongol", _("Mongol ethnicity")
    HUI = "hui", _("Hui ethnicity")
    TIBETAN = "tibetan", _("Tibetan ethnicity")
    UYGHUR = "uyghur", _("Uyghur ethnicity")
    MIAO = "miao", _("Miao ethnicity")
    YI = "yi", _("Yi ethnicity")
    ZHUANG = "zhuang", _("Zhuang ethnicity")
    BUYI = "buyi", _("Buyi ethnicity")
    KOREAN = "korean", _("Korean ethnicity")
    MANCHU = "manchu", _("Manchu ethnicity")
    DONG = "dong", _("Dong ethnicity")
    YAO = "yao", _("Yao ethnicity")
    BAI = "bai", _("Bai ethnicity")
    TUJIA = "tujia", _("Tujia ethnicity")
    HANI = "hani", _("Hani ethnicity")
    KAZAK = "kazak", _("Kazak ethnicity")
    DAI = "dai", _("Dai ethnicity")
    LI = "li", _("Li ethnicity")
    LISU = "lisu", _("Lisu ethnicity")
    VA = "va", _("Va ethnicity")
    SHE = "she", _("She ethnicity")
    GAOSHAN = "gaoshan", _("Gaoshan ethnicity")
    LAHU = "lahu", _("Lahu ethnicity")
    SUI = "sui", _("Sui ethnicity")
    DONGXIANG = "dongxiang", _("Dongxiang ethnicity")
    NAXI = "naxi", _("Naxi ethnicity")
    JINGPO = "jingpo", _("Jingpo ethnicity")
    KIRGIZ = "kirgiz", _("Kirgiz ethnicity")
    TU = "tu", _("Tu ethnicity")
    DAUR = "daur", _("Daur ethnicity")
    MULAO = "mulao", _("Mulao ethnicity")
    QIANG = "qiang", _("Qiang ethnicity")
    BLANG = "blang", _("Blang ethnicity")
    SALAR = "salar", _("Salar ethnicity")
    MAONAN = "maonan", _("Maonan ethnicity")
    GELAO = "gelao", _("Gelao ethnicity")
    XIBE = "xibe", _("Xibe ethnicity")
    ACHANG = "achang", _("Achang ethnicity")
    PUMI = "pumi", _("Pumi ethnicity")
    TAJIK = "tajik", _("Tajik ethnicity")
    NU = "nu", _("Nu ethnicity")
    UZBEK = "uzbek", _("Uzbek ethnicity")
    RUSSIAN = "russian", _("Russian ethnicity")
    EWENKI = "ewenki", _("Ewenki ethnicity")
    DEANG = "deang", _("Deang ethnicity")
    BONAN = "bonan", _("Bonan ethnicity")
    YUGUR = "yugur", _("Yugur ethnicity")
    GIN = "gin", _("Gin ethnicity")
    TATAR = "tatar", _("Tatar ethnicity")
    DERUNG = "derung", _("Derung ethnicity")
    OROQEN = "oroqen", _("Oroqen ethnicity")
    HEZHEN = "hezhen", _("Hezhen ethnicity")
    MONBA = "monba", _("Monba ethnicity")
    LHOBA = "lhoba", _("Lhoba ethnicity")
    JINO = "jino", _("Jino ethnicity")
    OTHER = "other", _("Other ethnicity")
