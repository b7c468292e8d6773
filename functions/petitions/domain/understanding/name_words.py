"""Words and patterns by which a person's name is told from other words, and behind which one stands."""

from __future__ import annotations

import re

from petitions.domain.understanding.clauses import Vocabulary, listed, phrases

COMMON = listed(
    """
    nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh dao doan trinh truong mai luong luu
    ta thai phung tong lai quach cao dam nghiem vuong quang nong khuat khong ninh phi chu lam sung giang kieu lo
    trieu sam vi lau hua to ha mac bach au tang tu khuc tieu ton thach giap luc kha doi
    """
)
"""Folded surnames that are trusted in a text that has no capitals."""


SURNAMES = COMMON | listed(
    """
    ly li lu la khuc thach ma vang thao hau mua cu be luc long cam ca deo bo cung nguy phu tieu thieu than thi thang
    ton trang ung van vien kim lieu loc tan chau chuong dong dieu ngan nhu han hong hung hy kha danh luyen mau nham
    nghe nhan ong sai son toan tra tuong uong vong y phang chao ban leo lanh phun chang ksor rcom nie h cha bang
    binh cat cong cuong dai dan doi giap khau khieu kien liem man nghi phuc que si su tat te vay lang xa
    """
)
"""Folded. Many are other words too, so that they prove nothing without a capital."""


TITLES = Vocabulary(
    """
    ông bà cụ anh chị cô chú bác em cháu con thầy mr mrs ms miss dr ls sir madam luật sư bs thím dì mợ cậu dạ thưa
    vâng kính là tên gd ts ths chau nhà báo giám đốc chủ nhiệm
    """,
)

AMBIGUOUS = listed(
    """
    phuong huyen quan hien thuong dien thoai sinh dia so thon to tru xa duong o sdt ho anh năm hai ba bốn sáu bảy
    tám chín mười công trưởng đại nam bay sau tam chin bon muoi cong truong dai
    """
)
"""Words that end a name of three words or more if others follow, but are names as well."""


MIDDLE = frozenset({"thi", "van"})

PARTICLES = frozenset({"da", "de", "von", "del", "bin", "do"})

ENDS = Vocabulary(
    """
    à nhé nha nhá nhe ấy đấy đây đó luôn nữa nghen hihi giúp giùm sn tuổi trú đc sđt sdt đt dt quê không ko k cccd
    cmnd ghi viết gửi được nick tôi tui a ạ là nhầm live from and is please resident email phone zalo o
    """,
    """
    kia vậy địa điện thoại số bị trên hiện thường phường quận huyện nhưng thì thôi ơi ad nè này hen với hộ ở tại chỉ
    dân tộc người chứ cho đứng làm và còn mà vì do đã đang sẽ có của nhà dưới từ đến tạm xã thôn tổ ngõ phố đường
    mình em chị bác cô chú cháu con mới đúng sai hay hoặc một mươi giám chủ cán bộ khai nói hỏi xin muốn cần nên gọi
    liên hệ
    """,
)
"""Words that end a name written in lower case."""


TRAILS = Vocabulary(
    """
    a ạ nhe nhé nha nhá ad day em chau bac nghen ơi
    """,
)
"""Words that follow a name of one word written in lower case."""


NOT_TOLD = Vocabulary(
    """
    zalo facebook fb nick ban quản cán công người dân giám tôi em của là gì ai
    """,
)
"""Words that are no name even behind "tên"."""


NO_NAME = Vocabulary(
    """
    đồng ok oke okie oki okay vâng dạ ừ ờ ừm uh ừa không ko kg hok hông đúng sai rồi thôi xong hủy huỷ bỏ dừng thoát
    gửi gui send yes no not nope hello hi hey alo chào xin cảm cám thanks thank you tks what who why how when where
    the my name is are please cancel stop help skip next english vietnamese this that same as anonymous prefer none
    nobody call me i am im dont do want need with for from person human real tôi tui tao mày bọn chúng họ nó hắn
    mình người dân công một các những ai gì sao nào đâu bao giờ thế nhỉ hả ẩn giấu vô tập thể hộ tổ nhóm mật cư cộng
    bức xúc tên như trên cũ zalo nick facebook fb mạng phường xã quận huyện phố ngõ đường số nhà khu tòa chung thôn
    xóm làng cầu chợ bệnh viện ubnd sở cán bộ giám đốc chủ tịch phó kế nhân viên cty tnhh htx doanh nghiệp cửa hàng
    gặp muốn hỏi ghi gọi chưa được đc dc đừng kệ khỏi miễn bực mệt nặc cử oan quần khách mẹ bố vợ chồng đm dm dcm
    vcl vl vãi clm đmm cc bot máy admin shop bạn đơn mst cccd cmnd sđt sdt stk tk lúc hôm nay rằng nếu nên thì sẽ bị
    làm luôn cứ lấy xem chịu biết nhớ quên nhầm hướng danh sách trợ giúp cứu cháy asdf asdfgh qwerty test nguoi abc
    xyz aaa cái này kia đó đấy đây ấy nhé ạ nha british american french korean japanese german australian brazilian
    expat foreigner tourist hotel street ward ban address phone email officer police complain complaint sent done
    sure fine good giáo bên chỗ nãy
    """,
    """
    có tiếp ơn bí bản trưởng toán vệ nữ tuổi chiến binh cho đã cha móc ad quý kính mã hồ mai sau trước để vì bởi mà
    đang nhờ tra dẫn thật giả gương mẫu yêu nước tốt cựu sĩ kỹ hưu liệt lãnh đạo dạo học đi vào lại và nhưng đổi sửa
    viết gõ con mới hết
    """,
)
"""Words that no name consists of; a name with a common surname may hold them ("Trần Không")."""


ME = r"(?:chung toi|toi|em|e|minh|mk|tui|to)"
ELDER = r"(?:bac|chau|con|chu|co|ba|ong|cu|anh|chi|me|bo|di)"
IS = r"(?: day du| khai sinh| that)?(?: cua toi| cua em)?(?: phai)?(?: la| thanh)?(?: ?:| )"
# Words behind which the writer's own name stands, whatever was asked.
SAYS = re.compile(
    rf"(?<!cua )\b{ME} (?:la|xin duoc xung ten la)(?: ?:| )|\b{ME} (?:xin )?(?:ten|ho ten|ho va ten){IS}"
    rf"|\bten (?:cua )?{ME}{IS}|\b(?:bac|chau|con) ten{IS}|\bky ten[ :\n]{{1,3}}|\bdon (?:cua|ten"
    rf"|dung ten) (?=nguyen |tran |le |pham |[^\W\d_]{{2,6}} (?:thi|van) )"
    rf"|\bnguoi (?:viet don|lam don|gui don|gui|viet|ky|ky don|phan anh|kien nghi|khieu nai) ?: "
    rf"|\bnguoi (?:dai dien|co don) ?(?:la|:) |\bdai dien[^,.:\n]{{0,25}}: ?|\b(?:my name is|my name's|i am|i'm"
    rf"|this is|name is) "
    rf"|\b(?:sua|doi|chua|ghi)(?: lai)?(?: ho)? ten(?: toi| em| giup| minh| lai| nguoi gui"
    rf"| nguoi phan anh){{0,2}}(?: thanh| la)? ?:? |\bten dung(?: phai)?(?: la)?(?: ?:| )"
    rf"|\bmang ten |\b(?:ho ten|ho va ten)(?: day du)? ?: "
)
# Of these others speak too: they count where a name was asked for, or at the beginning.
SAYS_IF_ASKED = re.compile(
    rf"\b{ELDER} (?:ten )?la |\b{ELDER} ten{IS}|\bten(?: cua)? (?:bo|me|ong|ba|vo|chong|{ELDER})(?: em| toi| chau)?"
    rf"(?: a)?(?: la|:| )|\bten{IS}|\bgoi (?:toi |em )?la |\bcall me |\bghi (?:ho |giup )?(?:la|cho toi la|ten) "
    rf"|\bnguoi dung don(?: la| ?:) |\bdai dien(?: la| ?:)? |\bgiay to la |\bkhai sinh (?:{ELDER} )?la "
    rf"|\bchu nhiem |\b(?:ho va ten|ho ten)(?: la)? "
)
MENDS = re.compile(r"\b(?:phai la|dung la|sua thanh|sua la|doi thanh|should be) ")
SPELT = re.compile(r"\bten\b|\bname\b")
NOT_A_PERSON = re.compile(r"\bten (?:cong ty|cty|pho|duong|phuong|xa|cua hang|quan|truong|can bo|thon|ngo)\b")
FAMILY_FIRST = re.compile(r"\bho ([^\W\d_]{1,12}),? (?:ten dem(?: la)? ([^\W\d_]{1,12}),? )?ten (?:la )?")
FAMILY_LAST = re.compile(r"(?:^|[, ])([^\W\d_]{1,8}(?: [^\W\d_]{1,8})?),? ho (?:la )?([^\W\d_]{1,8})\b")
DECLINES = re.compile(
    r"\b(?:giau ten|an danh|nac danh|anonymous|(?:khong|ko|k) (?:muon|tien|dam|neu|ghi|khai|cho|de)|khoi (?:ghi"
    r"|neu|can)"
    r"|dung (?:ghi|neu|de|dua))\b"
)
# Somebody else: an officer, a neighbour, a child; then the name behind "tên là" is not the writer's.
ELSE = re.compile(
    r"\b(?:can bo|cb|officer|nhan vien|lanh dao|chu tich|bi thu|cong an|to truong|truong thon|ong do|ong ay"
    r"|ba ay|ba do"
    r"|anh ay|chi ay|co ay|nguoi (?:doi|thu|lam kho|nhan|lua|ban)|thang (?:can|cha|do|lua|co|nao|chu)|con mu"
    r"|hang xom|chu nha|her|his|their"
    r"|co do|anh do|chi do|chu thau|ong ta|ba ta|ten can|cua no|tiep nhan|truong phong|doi tuong|bi don)\b"
)
KIN = re.compile(
    r"\b(?:me|bo|vo|chong|con|chau|ong|ba|anh|chi|co|chu|bac|thay|ban) (?:em|toi|minh|tui|chau|noi|ngoai) $"
)
ASKS = re.compile(r"\?|\b(?:khong|ko|k|gi|ai|sao|nao|chua|dau|hay)\W*$")
MENDED = re.compile(r"\b(?:nhầm|nham|sai|sửa|sua|đổi lại|ghi lại|wrong)\b")
TEN_FIRST = re.compile(
    r"(?:^|[:,.\n] ?)(?:(?:a|da|vang),? )?ten(?: dung)?(?: cua (?:toi|em|minh))?(?: viet)?(?: la)? "
    r"|(?:^|[.,!\n] ?)(?:chung )?toi,? (?=[^\W\d_]{2,6} [^\W\d_]{2,7} )"
)
RATHER = re.compile(r"(?:[:,]|\bla) ([^\W\d_]{2,8}) (?:chu|ma) (?:khong|ko|k) phai\b")
SIGNED = re.compile(
    r"\b(?:nguoi (?:viet|lam|gui) don|ky ten|tran trong|cam on|xem xet"
    r"|ky ghi ro ho ten)\b[^\n]{0,30}\n(?:[^\n]{0,30}\n)?(?=[^\n]{4,40}$)"
)
HERE = re.compile(r"^\W*(?:da |alo |chao \w+ )?(?:em|bac|chau|co|chu|toi|anh|chi|ba|ong) ([^\W\d_]{2,8}) day\b")
STREETS = frozenset(
    phrase
    for phrase in phrases(
        """
        nguyen van cu, nguyen van linh, hoang van thu, nguyen thi dinh, nguyen thi minh khai, nguyen van huyen,
        nguyen van troi, le van luong, le van thiem, le van huu, hoang van thai, pham van dong, nguyen van loc,
        nguyen van to, nguyen van ngoc, nguyen thi thap, nguyen thi due, le van linh, nguyen van giap
        """
    )
)
"""Full names of people that are streets of Hanoi: where a place is asked for, they are no names."""
FIXES = re.compile(r"\b(?:sai|nham|sua|thieu|dung|dau|wrong|moi phai)\b")
