"""Pages of the portal people look for by everyday words, beside the services of the hall."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.core.ways import Way

WAYS = (
    Way(
        key="way_events", title=_("Places and events"), text=_("What can be booked now: events, check-ups, trips, classes, gifts"),
        words="活动 报名 疗休养 体检 名额 抽签 摇号 观影 亲子 健步走 培训班 课程 讲座 交友 相亲 春游 旅游 慰问品 预约",
        url_name="offers:home", icon="ticket-perforated",
    ),
    Way(
        key="way_counselling", title=_("Counselling"),
        text=_("Talk to a counsellor, under any name; nobody in your union or firm sees it"),
        words="心理 心理咨询 心情不好 压力大 焦虑 抑郁 睡不着 失眠 想不开 聊聊 倾诉 情绪 崩溃 关爱",
        url_name="counselling:home", icon="chat-heart",
    ),
    Way(
        key="way_status", title=_("How far is my case?"), text=_("With its number and the end of your phone number"),
        words="查进度 进度 到哪一步 办到哪 办好了没有 编号 受理没有 什么时候有结果 申请的事",
        url_name="casework:status", icon="search",
    ),
    Way(
        key="way_card", title=_("My card"), text=_("Shown at stations and shops; with a code that changes"),
        words="会员卡 会员证 电子会员证 出示 会员码 我的卡 卡在哪里",
        url_name="joining:card", icon="person-vcard",
    ),
    Way(
        key="way_benefits", title=_("My benefits"), text=_("What I may have now, what is missing, what I had"),
        words="福利 会员福利 能享受什么 有什么好处 过节发什么 慰问 待遇 优惠",
        url_name="portal:benefits", icon="gift",
    ),
    Way(
        key="way_payments", title=pgettext_lazy("payments", "My payments"),
        text=_("What the union pays me, where it stands, into which account"),
        words="到账 打款 钱到了没有 打到哪张卡 银行卡 收款账户 发放记录",
        url_name="payments:mine", icon="cash-coin", needs_person=True,
    ),
    Way(
        key="way_cover", title=_("My cover"), text=_("Mutual aid: since when, until when, what I claimed"),
        words="互助保障 参保了没有 保障到什么时候 我的保障 保障期", url_name="mutual:cover", icon="heart-pulse", needs_person=True,
    ),
    Way(
        key="way_funds", title=_("The union’s money"), text=_("What came in, what it was spent on, who looked through it"),
        words="工会经费 会费花在哪里 经费公开 账目 收支 财务公开 经审 钱去哪了", url_name="funds:home", icon="journal-text",
        needs_person=True,
    ),
    Way(
        key="way_record", title=_("My record"), text=_("Membership, history, details; what is wrong can be put right"),
        words="我的会籍 入会时间 入会多久 我是哪个工会 登记信息 会员档案 会员登记表 打印登记表",
        url_name="portal:record", icon="person-lines-fill", needs_person=True,
    ),
    Way(
        key="way_looks", title=_("Who looked at my data"), text=_("Every look and every change, with its reason"),
        words="谁看过我 谁看了我的信息 泄露 查看记录 隐私", url_name="accounts:access_log", icon="eye", needs_person=True,
    ),
    Way(
        key="way_consents", title=_("What I agreed to"), text=_("Each consent by itself, taken back with one tap"),
        words="授权 同意书 撤回同意 取消授权 不同意了", url_name="accounts:consents", icon="hand-thumbs-up", needs_person=True,
    ),
    Way(
        key="way_wishes", title=_("Small wishes"), text=_("Somebody near you would be glad of it"),
        words="认领心愿 帮助别人 献爱心 做好事 志愿", url_name="wishes:board", icon="stars",
    ),
    Way(
        key="way_jobs", title=_("Looking for work"), text=_("Vacancies that were looked at, and the bulletin"),
        words="找工作 招聘 岗位 求职 哪里招人 就业 失业了找活 招工信息", url_name="vacancies:jobs", icon="briefcase",
    ),
)  # fmt: skip
