"""Words and patterns by which an address or a place is told from other words."""

from __future__ import annotations

import re

from petitions.domain.understanding.clauses import Vocabulary, phrases

ANCHORS = Vocabulary(
    """
    số ngõ ngách hẻm kiệt phố đường phường xã quận huyện thôn xóm làng khu cụm khối tòa toà lô thửa chung cư tầng
    phòng cầu trường viện đình chùa miếu công ubnd uỷ ủy trụ sở ngã vòng kđt kcn vỉa cổng gầm quốc tỉnh trạm bưu
    street st road rd lane alley ward district commune building tower floor apartment apt flat hotel market bridge
    station school hospital lake office cạnh đối near front behind opposite trung siêu quầy tuyến chỗ cc lk bt ql tl
    vinhomes hòm hộp block times park ccn kđtm ktx km lộ counter kênh khoa xứ gần sân nghĩa mương nhà thị tập site
    committee people temple pho hh ct p q tp tx h x đ vphđ vpđkđđ vp cl trước dưới sau đầu cuối giữa sát
    """,
    """
    tổ ngay dãy bộ bản đội ấp tờ căn chợ bến ga đền hồ sông đê trên qua thành chi cục bãi ký đoạn hầm đồn cửa phận
    quán tiệm hiệu cây đồng bờ ban viên cống tại bên cột ngân lán hội trại chân nút văn
    """,
)
"""Words with which a place begins."""


GENERIC = Vocabulary(
    """
    nhà phường xã quận huyện thôn xóm làng khu đường phố ngõ ngách số chỗ này ấy kia đây trường bệnh viện công uỷ ủy
    ubnd trụ sở tòa trên dưới trước sau gần cạnh ngay cổng luôn tôi em bác mình cô chú bà ông chị anh con cháu trọ
    quê trình cty cũ ty the in at on near my house ward đầu cuối giữa sát vách trong ngoài thì là nơi địa điểm home
    nhân dân phòng cầu khắp cùng như đang xảy ra sự việc street nhé ạ nha á lúc nãy vừa lần tập thể mới thành office
    của is district commune city
    """,
    """
    tổ chợ bản đó đấy ở tại an ban cơ quan hẻm mà cả vẫn với và đâu cái chỉ
    """,
)
"""Words that alone do not say which place is meant."""


LEADS = Vocabulary(
    """
    dạ vâng ạ thưa online kính là nó em tôi mình bác cô chú cháu con bà ông anh chị e tui ad bạn ơi à ờ này ghi giúp
    giùm đang trú thường tạm xảy ra việc sự dc it its it's is was i live my address lives located living rồi vậy hình
    như quên chính tên chào nhé ok nơi gửi giấy vụ home place the that's am gia xin thuộc nằm nãy cũng trọ luôn thôi
    thật hỏi phải sửa đúng cụ sang lại thư về still only at s xuống đến
    """,
    """
    ở thì tớ chúng đổi tại hộ nhờ hiện đ/c đấy đó lúc hay chọn cứ chắc mà còn cái từ
    """,
)
"""Words before a place that are not part of it."""


LEAD_PHRASES = phrases(
    """
    địa chỉ, địa điểm, chỗ ở, nhà ở, nhà tôi, nhà em, nhà bác, nhà mình, nhà cô, nhà cháu, nhà tui, nhà thì, nhà là,
    nhà chị, nhà anh, nhà chú, nhà con, chỗ em, chỗ tôi, chỗ này người ta gọi là, trụ sở chính, trụ sở tại, chỉ nhớ,
    chỉ biết, nhớ là, hình như là, chắc là, trụ sở chính tại, gia đình, hộ khẩu, thực tế, chuyện xảy ra, nơi xảy ra,
    sự việc xảy ra, chỗ xảy ra, ghi giùm, chỗ ấy, chỗ đó, cảm ơn, cảm ơn cháu, cảm ơn em, cam on, chỗ ở hiện tại,
    nơi ở, công ty đặt tại, công ty ở, công ty là, nhà e, in my house at, i m, there is, quê tôi, quê em,
    số nhà công ty, nhà riêng, liên hệ, nhận thư, sự việc, nơi đó, hà nội thì, ghi cho, cho tôi, nhà bố mẹ, tên thật,
    số nhà mới, số mới, ở trọ, cái, living at, people s, it is, it was
    """
)
"""Several words of that kind."""

HEADS = frozenset(
    phrases(
        """
        chi nhanh, chi cuc, trung tam, bo phan, van phong, thi tran, khu do, nha van, nha tre, nha may, nha ong,
        nha ba, nha cu, nha tro, nha thuoc, cong ty, cong vien, hop tac, tru so, so tai, so xay, so noi, so tu,
        so giao, so y, so lao, so nong, phong tai, phong dia, phong tu, phong mot, phong tiep, phong cong, toa an,
        immigration office, next to, tax office, police station, don nguyen, hom thu, tap the, ky tuc, cong dich,
        tren cong, ben xe, cau vuot, nga tu, nga ba, can ho, dau ngo, cuoi ngo, trong ngo, dau duong, cuoi duong,
        dau cau, chan cau, gam cau, cong lang, cong cho, cong truong, vuon hoa, bai rac, bai xe, san bong, cay xang,
        via he, tram y, tram bien, sieu thi, khu tap, truong tieu, truong mam, vong xuyen
        """
    )
)
"""Two folded words that begin a place, though the first alone may not."""

TRAILS = Vocabulary(
    """
    nhé ạ nha nhá nhe ấy luôn nhỉ please à vậy nữa hen nè rồi giúp giùm cơ nhen nghen before sending day
    """,
    """
    đấy đó á ad em bạn cháu bác ơi thôi đây hết kìa hộ anh chị đang hỏi
    """,
)
"""Words after a place that are not part of it."""


JUNK = Vocabulary(
    """
    không ko hok hông chả chẳng chưa biết sao gì nào người hủy huỷ xong được muốn đòi đập quát mắng phản khiếu kiến
    nhưng nếu vì bị lại sẽ đừng nhầm lắm i dont know you what why how do can please not they he she want mạng online
    ihanoi vneid app buýt stay said refused paid money need sure will giết mệt bực bắt thích yêu vụ everywhere exact
    comfortable giving my khói sập ngất giật kẹt cướp trộm lửa gas bốc fire smoke bleeding help mail email zalo facebook
    lạc thoại
    """,
    """
    k tự nhờ cầm nhớ hỏi bao thôi họ nó bọn ai cảm rồi bỏ nói bảo kể gọi sợ làm nhận trả đánh báo hẹn phạt cần xoá
    xóa giờ hôm tháng ngày năm nên đã đi quên sai lâu quá khi tố cáo đơn tiền vừa mất chờ đợi thấy xem cháy nổ máu
    chết thở rơi nhiều thế chữ gặp cứu ngập nứt sơ thiếu ghi hay hoặc lúc nãy điện hiện mở đổ đè có dịch
    """,
)
"""Words that are in no address."""


SOFT = Vocabulary(
    "",
    """
    có dịch điện rồi đi hiện đổ mai năm lại ai làm
    """,
)
"""Words of JUNK that are no fault behind a word such as "ngõ": "chỗ có hai cây gạo"."""


UNITS = Vocabulary(
    """
    lần tháng tuổi triệu nghìn ngàn phút việc tiếng tuần bước câu days hours people times chị anh em nhé ạ thôi hoặc
    và vậy mới cũng được thì là máy loại dân thằng trên m2 sáng chiều tối trưa am pm
    """,
    """
    ngày năm giờ người đồng k tr hộ cái con chữ tờ cháu ông bà nha đi hay mà phường nhà cũ xã
    """,
)
"""Words after a number that make it no house number."""


NAMED = Vocabulary("", "chợ cầu hồ ga phố thôn xóm làng chùa đình đền ngõ đường bến ngách hẻm")
"""Kinds behind which one word in lower case is a name: "chợ mơ"."""
STREETS = frozenset(phrases("chua boc, chua lang, chua ha, chua vua, doi can, doi nhan, doi cung"))
"""Folded names of streets that begin like words of no address."""


WORDY = Vocabulary(
    """
    chỗ đoạn hẻm ngõ ngách
    """,
)
"""Words behind which a place may be described in a sentence: "chỗ có hai cây gạo"."""


VAGUE = Vocabulary(
    """
    nhà chỗ khu
    """,
)
"""Words for places that a word or two more do not tell apart: "nhà thuê", "chỗ làm"."""


TAIL = re.compile(
    r"[, ](?:(?:giup|gium|ho) (?:toi|em|minh|chau|bac)\b(?!:)|chu dau\b|moi dung|thi phai|tu nam \d|tu \d{4}"
    r"|before |co can )"
)
FORM = re.compile(r"\W*(?:thon|xa|phuong|duong|pho|so nha)\W*$")
NOTHING = re.compile(
    r"nha (?:cap )?\d(?: tang)?|(?:nha |trong |o |dau |cuoi )?(?:to|so|so nha|ngo|doi|thon|khu|tang|phong"
    r"|district|xom|duong|phuong|quan) \d{1,4}[a-z]?"
    r"|nha so \d{1,4}|dong y|bo di|quay(?: so)? \d{1,2}|(?:mot|\d) cua"
    r"|(?:(?:ngay|o|tai) )?(?:(?:truoc|sau|gan|canh|ngoai|trong) )?(?:cua )?nha (?:e|em|toi|minh|chau|bac|tui)"
)
LABEL = re.compile(r"(Số nhà|Thôn|Xã|Phường|Đường|Phố|Quận|Huyện) ?: ", re.IGNORECASE)
NUMBER = re.compile(r"^số nhà (\d[\w/]{0,8}), (?:đường|phố) ")
WIDE = re.compile(
    r"(?:quận|huyện|thị xã) [^\d,]{2,20}|(?:ở )?(?:(?:tp|thành phố|thủ đô) )?(?:hà nội|ha noi|hanoi)(?: mình)?",
    re.IGNORECASE,
)
"""Too wide for a home."""
ABOUT = re.compile(r"\bdia (?:chi|diem)\b")
HOURS = re.compile(r"\d{1,2}h\d{0,2}")
OTHERS_HOME = re.compile(
    r"\b(?:hang xom|chu tich|can bo|chu nha|nha (?:ben canh|no|ho|thang|ke)|cua (?:no|ho|thang|ong ay|ba ay))\b"
)
"""Whose home an address is then, unless they say that it is theirs."""
LINK = re.compile(r"https?://(?:maps|goo|www\.google|google)[^\s,]{3,200}")
POINT = re.compile(r"(?<!\d)(?:2[01]\.\d{3,8}, ?10[56]\.\d{3,8})(?!\d)")
NOT = re.compile(r"(?:,? ?(?:chu|ma))? (?:khong|ko|k|hong|hok|kg) phai\b|,? not ")
ONLY_NOT = re.compile(r"\W*(?:(?:chu |ma )?(?:khong|ko|k|hong|hok) phai\b|not )")
BACK = re.compile(
    r"\b(?:a|i|y|o|ui|ay),? (?:nham|lon|khong(?: phai)?(?= ?,))\b[\s,]*(?:dung roi )?|\b(?:no wait|sorry|i mean)\b\W*"
)
"""Words that take back what was said before them."""
NIL = re.compile(
    r"\W*(?:nhu|giong|trung(?! tam)|cung cho|cung dia chi|same|van(?! phong)|y chang|cung o|lang thang"
    r"|nay day|nay cho) "
)
ELSE = re.compile(
    r"^\W*(?:(?:chi|anh|ong|ba|co) )?can bo\b|\b(?:cua|nha|dia chi|cho)(?: cua)? (?:ong ay|ong can bo|can bo|thang"
    r"|chu thau|ba ay|no|ho|co quan thue|ke)\b"
    r"|\bnha cua (?:ong|ba|thang|anh|chi)\b|\bofficer"
)
ASKING = re.compile(
    r"\b(?:sao|gi(?! (?:do|day)\b)|the nao|(?<!chu )(?:o )?dau(?=\W*$| (?:vay|the|a|ha|nhi|co|roi|day|ma|em|ban)\b)"
    r"|what|why|where|co can|bat buoc|bao gio|bao lau)\b"
    r"|\bhay .{0,30}\?"
)
_LINKS = r"(?:,? (?:(?:sai|nham)(?: roi)?|doi|sua|lai|la|phai|dung|moi|thanh|sang|thi|cua toi|cua em|cua minh))*"
_EVENT = r"(?:vu viec|su viec|xay ra|vi pham|phan anh|vu|viec)\b"
_MINE = r"(?:toi|em|bac|minh|tui|chau|co|chu|chi|anh)"
_NUMBERED = (
    r"(?=\d{1,4}[a-z]?(?:/\d+)* (?!nam|ngay|thang|tang|gio|lan|nguoi|dua)"
    r"|p\d|so \d|so nha|ngo |ngach |thon |xom |to \d|can |phong |chung cu|tap the|khu |ban )"
)
WHERE = re.compile(
    r"\b(?:(?:dia diem|vi tri|toa do|noi nop|thua dat(?= ?:)|cong trinh(?= ?:)|noi xay ra|cho xay ra|viec xay ra"
    rf"|viec nay xay ra|su viec o|su viec tai|chuyen xay ra|dia chi (?:noi )?{_EVENT}|cho (?:vu|su|xay|vi) \w+"
    rf"|cho (?:do|kia|ay) (?:o|tai)|viec (?:nay )?(?:o|tai))\b{_LINKS}"
    r"|\b(?:place|location)(?: is| should be| to)?(?: wrong,? it's| wrong,? it is)? "
    r"|xay ra\b)"
    r"|^\W*(?:o |tai )?(?=thua (?:dat )?(?:so )?\d|to (?:ban do )?(?:so )?\d{1,4},? thua)|: ?(?=thua \d"
    r"|to \d{1,4} thua)|^\W*tai (?!vi|sao|day|do|nha)(?=\w+ )"
    r"|\b(?:phai la|sua thanh|doi thanh|moi dung la) (?=(?:pho|duong|ngo|ngach|thon|cho|cong|so) |\d+[a-z]? [a-z])"
)
HOME = re.compile(
    rf"\b(?:(?P<mine>dia chi (?:nha|lien he|lien lac|nhan thu|thuong tru|tam tru|cua (?:toi|em|minh|bac))(?: {_MINE})?"
    rf"|nha {_MINE}(?= thi | o | la | so | thanh | phai | dung )|so nha(?= sai| nham| dung la)|cho o(?: cua {_MINE}"
    r"| hien tai| moi)?(?= la| thanh| phai|:)"
    rf"|{_MINE} (?:(?:moi|da|vua) )*chuyen (?:nha )?(?:ve|sang|den|qua)|nha (?:toi|em|minh|bac|tui)(?= {_NUMBERED})"
    r"|noi o"
    rf"|(?:tru tai|thuong tru|tam tru|cu tru))\b{_LINKS}|(?:dia chi(?! (?:noi )?{_EVENT})|dchi|d/c)\b{_LINKS}"
    r"|(?:tru so(?= (?:chinh|cong ty|tai|dat|o|so|\d+)\b| ?:)|address (?:is|to|should be)|i live (?:at|in|on)"
    r"|(?:toi|em|bac|minh) o (?=\d|so |ngo |thon |xom )|nha thi|(?:toi|em|minh|bac|chau|hien|tro|dang) o so"
    r"|resident of)\b)"
)
LIVES = re.compile(
    r"[,;.\n] ?(?:hien )?(?:dang )?(?:o|ngu tai|song tai) (?=\d|so |ngo |ngach |thon |xom |ban |lang |to \d)"
)
