"""A town with a firm in business, its union and federation, and the usual people."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from smartunion.core.ids import uuid7
from smartunion.engines.casework.tests import factories as make
from smartunion.ground.accounts.models import User
from smartunion.systems.vacancies.flows import issues, proposing
from smartunion.systems.vacancies.flows.proposing import Written
from smartunion.systems.vacancies.models import Issue, Vacancy

NOW, TODAY = make.NOW, make.TODAY
CODE = "91330226MA2AFXXX"  # sixteen; the firm's code is completed below


@dataclass
class Place:
    """The casework world with a coded firm; 小波 chairs its union, 林静 publishes for the town, 阿丽 looks for work."""

    usual: make.World

    @property
    def chair(self) -> make.Actor:
        return make.acting(self.usual.xiaobo)

    @property
    def cadre(self) -> make.Actor:
        return make.acting(self.usual.town_cadre)

    @property
    def ali(self) -> make.Actor:
        return make.acting(self.usual.ali)

    def written(self, **changes: object) -> Written:
        assert self.usual.town.territory_id is not None
        plain = Written(
            client_id=uuid7(), code=self.usual.firm.uscc, title="注塑工", trade="factory", text="操作注塑机，两班倒，包住。",
            requirements="会看工艺卡", headcount=8, pay_from_yuan=Decimal(5000), pay_to_yuan=Decimal("6500.50"),
            pay_unit="month", region_id=self.usual.town.territory_id, place="科园路8号", contact_name="周经理",
            contact_phone="0574-65551234", valid_until=date(2026, 3, 20),
        )  # fmt: skip
        return replace(plain, **changes)  # type: ignore[arg-type]  # fields of Written, checked at run time

    def proposed(self, **changes: object) -> Vacancy:
        return proposing.propose(actor=self.chair, data=self.written(**changes), at=NOW)

    def ready(self, **changes: object) -> Vacancy:
        return proposing.check(actor=self.cadre, vacancy_id=self.proposed(**changes).pk, exception="", at=NOW)

    def issue(self, *vacancies: Vacancy) -> Issue:
        return issues.publish(
            actor=self.cadre, union_id=self.usual.town.pk, vacancy_ids=[one.pk for one in vacancies], title="", foreword="", at=NOW
        )  # fmt: skip


def place() -> Place:
    """The world."""
    made = make.world()
    made.firm.uscc = "91330226MA2AF0000" + _check("91330226MA2AF0000")
    made.firm.save(update_fields=["uscc"])
    User.objects.filter(pk=made.ali.pk).update(mobile="13800138000")
    return Place(made)


def _check(head: str) -> str:
    from smartunion.core.codes.uscc import check_character

    return check_character(head)
