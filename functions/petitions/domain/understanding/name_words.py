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
    vâng kính là tên gd ts ths chau nhà báo giám đốc chủ nhiệm giáo i'm it's
    """,
)

AMBIGUOUS = listed(
    """
    phuong huyen quan hien thuong dien thoai sinh dia so thon to tru xa duong o sdt ho anh năm hai ba bốn sáu bảy
    tám chín mười công trưởng đại nam bay sau tam chin bon muoi cong truong dai
    """
)
"""Words that end a name of three words or more if others follow, but are names as well."""


MIDDLE = frozenset({"thi", "van", "thị", "văn"})

MARKED = listed(
    """
    nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh đào đoàn trịnh trương lương lưu tạ thái
    phùng tống lại quách đàm nghiêm vương nông khuất phí lò sùng giàng kiều lâm triệu sầm lầu hứa tô hà mạc bạch âu
    tăng từ khúc tiêu tôn thạch giáp lục hoàng vừ cấn kiểu thân đồng doãn lã phó trầm bàng la đậu
    """
)
"""The common surnames with their marks."""

GIVEN = listed(
    """
    ai an ang anh ba bac bach bang bao bau bay be bich bien binh bo bong boi buoi but ca cam can canh cao cat chau chi
    chien chin chinh chung chuc chuyen chuong co coi cong cu cuc cuong da dai dan dang danh dao dat dau de den di diem
    dien diep diet dieu dinh do doai doan dong du dua duc dung duong duy duyen ga gai gam gia giang giao giap gioi hai
    ham han hang hanh hao hau hien hiep hieu hinh ho hoa hoai hoan hoang hoat hoi hong hop hue huan hung huong huu huy
    huyen huynh hy kha khai khang khanh khiem khoa khoan khoat khoi khue khuong khuyen kien kiet kieu kim ky lac lai
    lam lan lang lanh le lich lien liem liet lieu linh loan loc loi long lua luan luc lung luong luu luyen ly man mai
    manh mao mau may men mien minh mo muoi muon my na nam nang nga ngan nghi nghia nghiem ngo ngoan ngoc ngon nguyen
    nguyet nhai nham nhan nhat nhi nhien nho nhu nhuan nhung nhuong ninh no non nu nuong oanh phan phat phi phin phong
    phu phuc phung phuoc phuong quan quang que quoc quy quyen quyet quynh sam san sang sanh sau sen sinh sinh son song
    su suong suu sy tai tam tan tang tao te thach thai tham than thang thanh thao the thi thien thiep thieu thin thinh
    tho thoa thoai thoan thom thong thu thuan thuat thuc thuong thuy thuyen thuyet tien tiep tin tinh to toai toan toi
    ton tra trac tram trang tri trieu trinh tron trong truc trung truong tu tuan tuat tue tung tuong tuy tuyen tuyet ty
    uoc uong ut uyen va van vang vi viem vien viet vinh vu vui vuong vy xa xoan xuan xuyen y yen
    """
)
"""Folded syllables of which middle and given names are made."""

NO_PAIR = phrases(
    """
    ly do, thai do, do thi, do thu, do tham, vu an, vu viec, ho so, ho dan, ho khau, dong y, luu y, chu y, to cao,
    to giac, cao hoi, cao tang, thai binh, thai nguyen, thai ha, ha nam, ha tinh, ha giang, ha dong, ha long, mai anh,
    mai em, mai ba, mai mot, ta oan, dam bao, chu nha, la sao, la do, la tui, la toi, la be, la ca, la co, mac du,
    tu do, tu y, tu van, doi tuong, doi ho, doi tien, khong can, khong co, khong y, khong the, khong tin, khong dung,
    khong nho, khong tien, khong dam, khong phai, khong chi, khong ai, khong thich, vi the, vi sao, lai the, lai bi,
    ca nha, ca lang, lo cho, lo so, tang ca, cao cap, cao su, doi khi, doi lai, duong lang, duong do, duong day
    """
)
"""Pairs that are words of the language, with a surname first."""

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
    zalo facebook fb nick ban quản cán công người dân giám tôi em của là gì ai british american french korean japanese
    german australian brazilian vietnamese english
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
_PAPERS = r"(?: trong (?:can cuoc|cccd|don|so|giay to|ho so))?"
IS = rf"(?: day du| khai sinh| that)?{_PAPERS}(?: cua toi| cua em)?(?: phai)?(?: la| thanh)?(?: ?:| )"
# Words behind which the writer's own name stands, whatever was asked.
SAYS = re.compile(
    rf"(?<!cua )\b{ME} (?:la|xin duoc xung ten la)(?: ?:| )|\b{ME} (?:xin )?(?:ten|ho ten|ho va ten){IS}"
    rf"|\bten (?:cua )?{ME}{IS}|\b(?:bac|chau|con) ten{IS}|\bky ten[ :\n]{{1,3}}|\bdon (?:cua|ten"
    rf"|dung ten) (?=nguyen |tran |le |pham |[^\W\d_]{{2,6}} (?:thi|van) )"
    rf"|\bnguoi (?:viet don|lam don|gui don|gui|viet|ky|ky don|phan anh|kien nghi|khieu nai) ?: "
    rf"|\bnguoi (?:dai dien|co don) ?(?:la|:) |\bdai dien[^,.:\n]{{0,25}}: ?|\b(?:my name is|my name's|my name ?:"
    rf"|i am|i'm|this is|name is|(?:correct|change|fix) (?:my |the )?name to) "
    rf"|\b(?:sua|doi|chua|ghi)(?: lai)?(?: ho)? ten(?: toi| trong don| em| giup| minh| lai| nguoi gui"
    rf"| nguoi phan anh){{0,2}}(?: thanh| la)? ?:? |\bten dung(?: phai)?(?: la)?(?: ?:| )"
    rf"|^\W*toi ?: |\bnguoi (?:gui|dung don) (?:thanh|phai la) |\bmang ten |\b(?:ho ten|ho va ten)(?: day du)? ?: "
)
# Of these others speak too: they count where a name was asked for, or at the beginning.
SAYS_IF_ASKED = re.compile(
    rf"\b{ELDER} (?:ten )?la |\b{ELDER} ten{IS}|\bten(?: cua)? (?:bo|me|ong|ba|vo|chong|{ELDER})(?: em| toi| chau)?"
    rf"(?: a)?(?: la|:| )|\bten{IS}|\bgoi (?:toi |em )?la |\bcall me |\bghi (?:ho |giup )?(?:la|cho toi la|ten) "
    rf"|\bnguoi dung don(?: la| ?:) |\b(?:nguoi )?dai dien(?: la| ?:)? |\bgiay to la |\bkhai sinh (?:{ELDER} )?la "
    rf"|\bchu nhiem |\b(?:ho va ten|ho ten)(?: la)? |^\W*[mt] la |^\W*thi (?=[^\W\d_]{{2,7}} (?:chu|day|ne|thoi|nhe)\b)"
    rf"|\bnguoi (?:gui|viet|dung don) (?=[^\W\d_]{{2,8}} [^\W\d_]{{2,8}})"
)
I_WHO = re.compile(r"(?:(?:^|[,;] ?)(?:toi|minh|tui|mk),?|\bghi) (?=[^\W\d_]{2,8}\b)")
"""Behind it a name with a capital is the writer's, where one was asked for: "tôi Thắng đứng tên", "ghi Lan nhé"."""
MENDS = re.compile(r"\b(?:phai la|dung la|sua thanh|sua la|doi thanh|should be|it's|it is) ")
BACK = re.compile(r"\b(?:a|i|y|o|ui|ay),? (?:nham|lon|khong(?= ?,))\b\W*|\b(?:no wait|sorry|i mean|dinh chinh)\b\W*")
"""Words that take back what was said before them."""
SPELT = re.compile(r"\bten\b|\bname\b")
NOT_A_PERSON = re.compile(r"\bten (?:cong ty|cty|pho|duong|phuong|xa|cua hang|quan|truong|can bo|thon|ngo)\b")
FAMILY_FIRST = re.compile(
    r"\bho:? ([^\W\d_]{1,12})[,\n]? ?(?:ten dem(?: la|:)? ([^\W\d_]{1,12})[,\n]? ?)?ten:? (?:la )?"
)
FAMILY_LAST = re.compile(r"(?:^|[, ])([^\W\d_]{1,8}(?: [^\W\d_]{1,8})?),? ho (?:la )?([^\W\d_]{1,8})\b")
DECLINES = re.compile(
    r"\b(?:giau ten|an danh|nac danh|anonymous|(?:khong|ko|k) (?:muon|tien|dam|neu|ghi|khai|cho|de)|(?:khong|ko"
    r"|k) (?:can|phai) (?:neu|ghi|khai)(?= ten|\W*$)|khoi (?:ghi"
    r"|neu|can)"
    r"|dung (?:ghi|neu|de|dua)(?! ho\b))\b"
)
# Somebody else: an officer, a neighbour, a child; then the name behind "tên là" is not the writer's.
ELSE = re.compile(
    r"\b(?:can bo|cb|officer|nhan vien|lanh dao|chu tich|bi thu|cong an|to truong|truong thon|ong ay"
    r"|ba ay"
    r"|anh ay|chi ay|co ay|nguoi (?:doi|thu|lam kho|nhan|lua|ban)|thang (?:can|cha|do|lua|co|nao|chu)|con mu"
    r"|hang xom|chu nha|her|his|their"
    r"|chu thau|ten can bo|cua no|con be|thang be|truc quay|ten (?:thang|lao|mu|no)|tiep nhan|truong phong|doi tuong"
    r"|bi don|nguoi bi|bi phan anh|bi to)\b"
)
THAT_ONE = re.compile(r"\b(?:ông|ong|bà|ba|cô|co|anh|chị|chi) (?:đó|do|ta)\b")
"""In lower case with its marks, since "Đỗ" and "Tạ" are surnames."""
KIN = re.compile(
    r"\b(?:me|bo|vo|chong|con|chau|ong|ba|anh|chi|co|chu|bac|thay|ban) (?:em|toi|minh|tui|chau|noi|ngoai) $"
    r"|\b(?:sep|con|chau|me|bo|vo|chong|cha|ban|thay|nguoi|tiep|giup|cho|hoi|bao|ngo|pho|xom|lang|thon|quan|tiem|nha"
    r"|cty|ty|truong|lop|khu|phuong|xa|to|duong|trai|gai|xe|hang|chu|gap|nhan|sai|ho|lanh dao) $"
    r"|(?<!don )\bcua $"
)
ASKS = re.compile(r"\?|\b(?:khong|ko|k|gi|ai|sao|nao|chua|dau|hay)\W*$")
MENDED = re.compile(r"\b(?:nhầm|nham|sai|sửa|sua|đổi lại|ghi lại|wrong)\b")
TEN_FIRST = re.compile(
    r"(?:^|[:,.\n] *)(?:(?:a|da|vang),? )?ten(?: dung)?(?: cua (?:toi|em|minh))?(?: viet)?(?: la)? "
    r"|(?:^|[.,!\n] ?)(?:chung )?toi,? (?=[^\W\d_]{2,6} [^\W\d_]{2,7} )"
)
RATHER = re.compile(r"(?:[:,]|\bla) ([^\W\d_]{2,8}) (?:chu|ma) (?:khong|ko|k) phai\b")
SIGNED = re.compile(
    r"\b(?:nguoi (?:viet|lam|gui) don|ky ten|tran trong|cam on|xem xet"
    r"|ky ghi ro ho ten)\b[^\n]{0,30}\n(?:[^\n]{0,30}\n)?(?=[^\n]{4,40}$)"
)
_ONE = r"[^\W\d_]{2,8}"
HERE = re.compile(
    r"^\W*(?:(?:da|alo) |(?:em |chau )?chao[^,.\n]{1,20}[,.]? )?"
    rf"(?:(?:em|chau|e)(?= (?:la )?{_ONE} ben\b)|(?:em|bac|chau|co|chu|toi|anh|chi|ba|ong|e)(?= (?:la )?{_ONE}"
    rf" (?:day\b|gui (?:chau|em|con)\b))) (?:la )?({_ONE})\b"
)
BESIDE = re.compile(
    rf"^\W*(?:da )?(?:(?:em|e|bac|chau|co|chu|toi|anh|chi|ba|ong) ({_ONE}) ?(?:[,;(.\n]|$)"
    rf"|(?=({_ONE}), (?:me|bo|ba|ong|vo|chong|con) (?:be|thang|ong|ba|chau|con|co|anh|chi|chu) ))"
)
"""A name in an answer that gives something else."""
THEN_HOME = re.compile(r"\W+(?:so )?\d[\w/]{0,8} (?!phuong|quan|xa|tang|phong)[a-z]")
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
