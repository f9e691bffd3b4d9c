"""Hazard snapshot 隐患随手拍 in the catalogue: its own page takes the picture first, its own records follow it."""

from smartunion.engines.casework.definition import Deadline, Definition, Step, text
from smartunion.engines.casework.rules import Act
from smartunion.systems.matters.services.common import OFFICES

HAZARD = Definition(
    key="hazard",
    title=text("隐患随手拍", "Hazard snapshot"),
    summary=text(
        "看到危险，先拍一张：谁上报的不外传，整改好了告诉您",
        "See a danger, take a picture: nobody learns who told, and you hear when it is put right",
    ),
    category="matters",
    icon="camera",
    audience="worker",
    order=32,
    words="隐患 随手拍 危险 安全 机器 用电 消防 通道 化学品 高处 防护 举报隐患 拍照",
    promise=text(
        "安全员限期整改，整改要有照片，另一人复查。", "Put right within days, with a picture, and checked."
    ),
    source=text(
        "《安全生产法》第五十四条：从业人员有权对安全生产工作中存在的问题提出批评、检举、控告；“随手拍”做法（S082）",
        "Work Safety Law art. 54: the right to criticise and report, and no harm from it",
    ),
    page="hazards:report",
    max_papers=0,
    steps=(
        Step(
            "follow",
            text("安全员整改", "Safety officer"),
            roles=OFFICES,
            acts=(Act.APPROVE, Act.REFUSE),
            deadline=Deadline(15, is_working=True),
            for_applicant=text(
                "分派、整改、复查，每一步都告诉您。",
                "You are told when it is assigned, put right and checked.",
            ),
        ),
    ),
    is_rated=False,
)
