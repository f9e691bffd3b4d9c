"""A made-up city with its true lists and six tables full of the errors the matching contract names.

Written apart from the demo's generator and unlike it on purpose: here every insurance row has its own spelling, names
are drawn from few brands and trades so that sisters abound, firms die and register again under the same name, former
names are taken up by others, and people share names and telephones. Same seed, same world.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
DISTRICTS = {"亭湖区": "320902", "盐都区": "320903", "大丰区": "320904", "响水县": "320921", "滨海县": "320922",
             "阜宁县": "320923", "射阳县": "320924", "建湖县": "320925", "东台市": "320981"}  # fmt: skip
BRAND_A = "恒金华新东宏瑞盛天永德鑫中海宝联正泰佳荣顺利博远康隆祥凯锦润"
BRAND_B = "达源通盛丰泰龙兴发成信诚茂辉宇翔腾捷利昌旺嘉雅宁安和美晟杰"
TRADES = ("机械", "机械制造", "纺织", "纺织品", "电子", "电子科技", "食品", "建材", "物流", "化工", "服饰", "汽车配件",
          "环保科技", "农业发展", "商贸", "信息技术", "餐饮管理", "建设工程", "新能源科技", "医疗器械", "包装材料", "家具",
          "塑料制品", "五金制品", "劳务服务")  # fmt: skip
FORMS = ("有限公司", "有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
SHOPS = ("面馆", "超市", "理发店", "服装店", "汽修厂", "便利店", "五金经营部", "烟酒商行")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺顾毛郝龚邵万覃武钱戴严莫孔向常"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰飞建国文斌宇浩凯俊峰海波龙云鹏梅琴玲红莉雪琳晶欣怡佳慧颖倩婷子轩梓涵诺一宁乐成志学东春"


@dataclass
class Firm:
    """One entity as it is."""

    entity_id: str
    region: str
    brand: str
    trade: str
    form: str
    district: str
    uscc: str
    reg_no: str
    status: str
    former: str = ""

    @property
    def name(self) -> str:
        return self.region + self.brand + self.trade + self.form


@dataclass
class Person:
    """One human being."""

    number: int
    name: str
    id_no: str
    mobile: str

    @property
    def sex(self) -> str:
        return "男" if int(self.id_no[16]) % 2 else "女"


@dataclass
class World:
    """The tables as rows, and the truth as sets of keys."""

    tables: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    truth: dict[str, set[tuple[object, ...]]] = field(default_factory=dict)


def uscc(rng: random.Random, area: str, department: str = "91") -> str:
    body = department + area + "".join(rng.choice(ALPHABET) for _ in range(9))
    return body + ALPHABET[-sum(ALPHABET.index(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 31]


def id_check(first_17: str) -> str:
    return "10X98765432"[sum(int(d) * w for d, w in zip(first_17, ID_WEIGHTS, strict=True)) % 11]


class Maker:
    """Makes a world of a given size. noise: 0 clean, 1 usual."""

    def __init__(self, seed: int, firms: int, noise: float = 1.0) -> None:
        self.rng = random.Random(seed)
        self.noise = noise
        self.size = firms
        self.firms: list[Firm] = []
        self.people: list[Person] = []

    def chance(self, share: float) -> bool:
        return self.rng.random() < share * self.noise

    # --- the true world ---

    def make(self) -> World:
        self._make_firms()
        self._make_people()
        self._make_unions()
        return self._tables()

    def _make_firms(self) -> None:
        rng, taken = self.rng, set()
        while len(self.firms) < self.size:
            firm = self._firm(len(self.firms))
            if firm.name in taken:
                continue
            taken.add(firm.name)
            self.firms.append(firm)
            dice = rng.random()
            if dice < 0.02:  # gone, and registered again under the same name
                firm.status = "注销"
                twin = self._firm(len(self.firms))
                twin.region, twin.brand, twin.trade, twin.form = (
                    firm.region,
                    firm.brand,
                    firm.trade,
                    firm.form,
                )
                twin.district, twin.status = firm.district, "存续"
                twin.uscc = uscc(rng, DISTRICTS[twin.district])
                self.firms.append(twin)
            elif dice < 0.08:
                other = self._firm(0)
                firm.former = other.name
                taken.add(other.name)
            elif dice < 0.085 and len(self.firms) > 10:  # bears what was another one's name
                firm.former = ""
                rng.choice(self.firms[:-1]).former = firm.name

    def _firm(self, number: int) -> Firm:
        rng = self.rng
        district = rng.choice(list(DISTRICTS))
        brand = (
            rng.choice(BRAND_A) + rng.choice(BRAND_B) + (rng.choice(BRAND_B) if rng.random() < 0.45 else "")
        )
        status = rng.choices(("存续", "注销", "吊销", "迁出"), (75, 15, 6, 4))[0]
        code = uscc(rng, DISTRICTS[district]) if rng.random() < 0.95 else ""
        reg_no = (
            DISTRICTS[district] + "".join(rng.choice("0123456789") for _ in range(9))
            if rng.random() < 0.6 or not code
            else ""
        )
        if rng.random() < 0.15:
            surname = rng.choice(SURNAMES)
            return Firm(f"E{number:06d}", district, surname + rng.choice(("记", "氏", rng.choice(GIVEN))), rng.choice(SHOPS), "",
                        district, code, reg_no, status)  # fmt: skip
        region = rng.choice(("江苏", "江苏省", "盐城", "盐城市", "盐城市", district, "盐城市" + district, ""))
        return Firm(
            f"E{number:06d}",
            region,
            brand,
            rng.choice(TRADES),
            rng.choice(FORMS),
            district,
            code,
            reg_no,
            status,
        )

    def _person(self) -> Person:
        rng = self.rng
        name = rng.choice(SURNAMES) + "".join(
            rng.choice(GIVEN) for _ in range(1 if rng.random() < 0.2 else 2)
        )
        area = rng.choice((*DISTRICTS.values(), "341221", "410122"))
        first = (
            area
            + f"{rng.randint(1962, 2004)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{rng.randint(0, 999):03d}"
        )
        person = Person(
            len(self.people),
            name,
            first + id_check(first),
            "1" + rng.choice("3578") + "".join(rng.choice("0123456789") for _ in range(9)),
        )
        self.people.append(person)
        return person

    def _make_people(self) -> None:
        rng = self.rng
        self.spells: list[tuple[Person, Firm, int, int | None]] = []
        self.staff: dict[str, list[Person]] = {}
        living = [firm for firm in self.firms if firm.status == "存续"]
        for firm in self.firms:
            if rng.random() < 0.35:
                continue
            count = min(int(rng.paretovariate(0.9)) + 1, 180)
            for _ in range(count):
                person = self._person()
                if rng.random() < 0.01 and self.staff.get(firm.entity_id):
                    person.name = rng.choice(self.staff[firm.entity_id]).name
                gone = firm.status != "存续" or rng.random() < 0.12
                self.spells.append((person, firm, 201501, 202103 if gone else None))
                if gone and rng.random() < 0.7:
                    self.spells.append((person, rng.choice(living), 202104, None))
                elif not gone and rng.random() < 0.04:  # the same spell entered twice
                    self.spells.append((person, firm, 201501, None))
                self.staff.setdefault(firm.entity_id, []).append(person)

    def _make_unions(self) -> None:
        rng = self.rng
        self.unions: list[tuple[str, str, list[Firm]]] = []
        self.membership: list[tuple[Person, str, Firm | None]] = []
        pool = [firm for firm in self.firms if rng.random() < 0.3]
        place = 0
        while place < len(pool):
            union_id = f"U{len(self.unions):05d}"
            if rng.random() < 0.9:
                kind, covered = "独立基层工会", [pool[place]]
            else:
                kind, covered = "联合基层工会", pool[place : place + rng.randint(3, 12)]
            place += len(covered)
            self.unions.append((union_id, kind, covered))
            for firm in covered:
                for person in self.staff.get(firm.entity_id, []):
                    if rng.random() < 0.8:
                        self.membership.append((person, union_id, firm))
                    elif rng.random() < 0.02 and len(self.unions) > 2:
                        self.membership.append((person, self.unions[0][0], firm))
        for _ in range(max(1, len(self.unions) // 60)):
            union_id = f"U{len(self.unions):05d}"
            self.unions.append((union_id, "区域性工会联合会", []))
            for person in rng.sample(self.people, min(30, len(self.people))):
                self.membership.append((person, union_id, None))

    # --- what the departments' files say ---

    def _code(self, firm: Firm, bad: float) -> str:
        rng, code = self.rng, firm.uscc
        if not code:
            return firm.reg_no if rng.random() < 0.5 else ""
        if not self.chance(bad):
            return code
        kind = rng.randrange(8)
        if kind <= 1:
            return ""
        if kind == 2:
            place = rng.randrange(2, 17)
            return code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if kind == 3:
            place = rng.randrange(18)
            return code[:place] + rng.choice(ALPHABET) + code[place + 1 :]
        if kind == 4:
            return rng.choice((code.lower(), code[:4] + " " + code[4:] + " ", code.replace("1", "１")))
        if kind == 5:
            return firm.reg_no
        if kind == 6:
            return rng.choice((code[8:17], code[8:16] + "-" + code[16]))
        return rng.choice(self.firms).uscc

    def _name(self, firm: Firm, bad: float) -> str:
        rng, name = self.rng, firm.name
        if not self.chance(bad):
            return name
        kind = rng.randrange(9)
        if kind == 0 and firm.former:
            return firm.former
        if kind in (0, 1):
            return firm.brand + firm.trade + firm.form
        if kind == 2:
            return firm.region + firm.brand + firm.trade
        if kind == 3:
            return firm.brand + firm.trade
        if kind == 4:
            return rng.choice((name + "（" + rng.choice(("公司", "总部")) + "）" if False else name.replace("有限", " 有限"), "".join(name[:3]) + "·" + name[3:],
                               f"{firm.brand}（{firm.region}）{firm.trade}{firm.form}" if firm.region in ("盐城", "江苏") else name + "\u3000"))  # fmt: skip
        if kind == 5:
            place = rng.randrange(len(firm.region), len(firm.region + firm.brand + firm.trade))
            return name[:place] + rng.choice(BRAND_A + BRAND_B) + name[place + 1 :]
        if kind == 6:
            place = rng.randrange(len(firm.region), max(len(name) - len(firm.form) - 1, len(firm.region) + 1))
            return name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :]
        if kind == 7:
            return (
                "盐城市" + firm.brand + firm.trade + firm.form
                if not firm.region
                else name.replace("盐城市", "盐城", 1)
            )
        return (
            name.replace("有限责任公司", "有限公司")
            if "责任" in name
            else name.replace("有限公司", "有限责任公司")
        )

    def _id(self, person: Person, bad: float) -> str:
        rng, code = self.rng, person.id_no
        if not self.chance(bad):
            return code
        kind = rng.randrange(7)
        if kind <= 1:
            return ""
        if kind == 2:
            place = rng.randrange(4, 17)
            return code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        if kind == 3:
            place = rng.randrange(18)
            return code[:place] + rng.choice("0123456789") + code[place + 1 :]
        if kind == 4:
            return code[:6] + code[8:17] if code[6:8] == "19" else code
        return rng.choice((code.lower(), " " + code, code[:6] + " " + code[6:]))

    def _tables(self) -> World:
        rng = self.rng
        market = [{"entity_id": f.entity_id, "name": f.name, "uscc": f.uscc or None, "old_reg_no": f.reg_no or None, "status": f.status,
                   "entity_type": "有限责任公司" if f.form else "个体工商户", "district": f.district, "address": "", "founded": 2001,
                   "legal_person": "", "former_name": f.former or None} for f in self.firms]  # fmt: skip
        unions, units = [], []
        for union_id, kind, covered in self.unions:
            own = covered[0] if kind == "独立基层工会" else None
            district = covered[0].district if covered else "亭湖区"
            union_name = (
                own.name + "工会委员会"
                if own
                else f"{district}{rng.choice(('新城', '城东', '开发区'))}{kind}"
            )
            unions.append({"union_id": union_id, "union_name": union_name, "union_type": kind,
                           "unit_name": self._name(own, 0.3) if own else "", "unit_code": self._code(own, 0.35) if own else "",
                           "district": district})  # fmt: skip
            if not own:
                units += [
                    {"union_id": union_id, "unit_name": self._name(f, 0.3), "unit_code": self._code(f, 0.45)}
                    for f in covered
                ]
        members = []
        for number, (person, union_id, firm) in enumerate(self.membership):
            mobile = (
                person.mobile
                if not self.chance(0.15)
                else rng.choice(("", "13800000000", "1" + "".join(rng.choice("3456789") for _ in range(10))))
            )
            members.append({"member_id": number, "union_id": union_id, "name": person.name, "sex": person.sex, "id_no": self._id(person, 0.12),
                            "mobile": mobile, "employer_name": self._name(firm, 0.3) if firm else "", "joined": 2016, "_person": person})  # fmt: skip
        social = []
        for number, (person, firm, start, end) in enumerate(self.spells):
            social.append({"sid": number, "name": person.name, "id_no": self._id(person, 0.06), "mobile": person.mobile if rng.random() < 0.8 else "",
                           "unit_no": "3209" + firm.entity_id[1:] if rng.random() < 0.98 else "", "unit_name": self._name(firm, 0.15),
                           "unit_code": self._code(firm, 0.15), "start_month": start, "end_month": end, "_person": person, "_firm": firm})  # fmt: skip
        tax, declared = [], {}
        for firm in self.firms:
            if rng.random() < 0.7:
                count = len(self.staff.get(firm.entity_id, ())) or min(int(rng.paretovariate(0.5)), 300)
                declared[firm.entity_id] = count
                for year, people in ((2023, count + 3), (2024, count)):
                    tax.append(
                        {
                            "tax_code": self._code(firm, 0.03),
                            "taxpayer_name": self._name(firm, 0.05),
                            "employees": people,
                            "year": year,
                        }
                    )
        for rows in (market, unions, units, members, social, tax):
            rng.shuffle(rows)
        world = World(
            {
                "market": market,
                "unions": unions,
                "union_units": units,
                "members": members,
                "social": social,
                "tax": tax,
            }
        )
        world.truth = self._truth(members, social, declared)
        for table in world.tables.values():
            for row in table:
                row.pop("_person", None)
                row.pop("_firm", None)
        return world

    def _truth(self, members: list, social: list, declared: dict[str, int]) -> dict[str, set]:  # type: ignore[type-arg]
        cover = {union_id: {f.entity_id for f in covered} for union_id, _, covered in self.unions}
        kinds = {union_id: kind for union_id, kind, _ in self.unions}
        covered = set().union(*cover.values()) if cover else set()
        by_person: dict[int, list] = {}
        for row in social:
            by_person.setdefault(row["_person"].number, []).append(row)
        heads: dict[str, set[int]] = {}
        now: dict[int, set[str]] = {}
        for row in social:
            if row["end_month"] is None:
                heads.setdefault(row["_firm"].entity_id, set()).add(row["_person"].number)
                now.setdefault(row["_person"].number, set()).add(row["_firm"].entity_id)
        enrolled = {row["_person"].number for row in members}
        people = {
            f.entity_id: len(heads.get(f.entity_id, ())) or declared.get(f.entity_id, 0) for f in self.firms
        }
        lone = [f for f in self.firms if f.status == "存续" and f.entity_id not in covered]
        status = {f.entity_id: f.status for f in self.firms}
        return {
            "links": {(u, e) for u, es in cover.items() for e in es},
            "persons": {(m["member_id"], s["sid"]) for m in members for s in by_person.get(m["_person"].number, ())},
            "no_union_25": {(f.entity_id,) for f in lone if people[f.entity_id] >= 25},
            "no_union_100": {(f.entity_id,) for f in lone if people[f.entity_id] >= 100},
            "moved_members": {(m["member_id"],) for m in members if kinds[m["union_id"]] != "区域性工会联合会"
                              and now.get(m["_person"].number) and not now[m["_person"].number] & cover[m["union_id"]]},
            "not_members": {(s["sid"],) for s in social if s["end_month"] is None and s["_firm"].entity_id in covered
                            and s["_person"].number not in enrolled},
            "closed_unions": {(u,) for u, es in cover.items() if es and all(status[e] != "存续" for e in es)},
        }  # fmt: skip


KEYS = {"links": ("union_id", "entity_id"), "persons": ("member_id", "sid"), "no_union_25": ("entity_id",), "no_union_100": ("entity_id",),
        "moved_members": ("member_id",), "not_members": ("sid",), "closed_unions": ("union_id",)}  # fmt: skip


def write(world: World, folder: Path) -> None:
    """The tables and, in truth/, the true lists, as Parquet."""
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    for name, rows in world.tables.items():
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")
    for name, keys in world.truth.items():
        columns = list(zip(*sorted(keys), strict=True)) if keys else [[] for _ in KEYS[name]]
        pq.write_table(
            pa.table(dict(zip(KEYS[name], map(list, columns), strict=True))),
            folder / "truth" / f"{name}.parquet",
        )


def main() -> None:
    import sys

    seed, firms, noise, folder = sys.argv[1:]
    write(Maker(int(seed), int(firms), float(noise)).make(), Path(folder))


if __name__ == "__main__":
    main()
