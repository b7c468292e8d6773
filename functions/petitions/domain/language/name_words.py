"""Syllables of Vietnamese names, in lower case without diacritics, for the learned model and for masking names."""

from __future__ import annotations

SURNAMES = frozenset(
    """
    nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh dao doan trinh truong mai luong luu
    ta thai phung tong lai quach cao dam nghiem vuong quang nong khuat khong ninh phi chu lam sung giang kieu lo
    trieu sam vi lau hua to ha mac bach au tang tu khuc tieu ton thach giap luc kha doi
    ly li lu la khuc thach ma vang thao hau mua cu be luc long cam ca deo bo cung nguy phu tieu thieu than thi thang
    ton trang ung van vien kim lieu loc tan chau chuong dong dieu ngan nhu han hong hung hy kha danh luyen mau nham
    nghe nhan ong sai son toan tra tuong uong vong y phang chao ban leo lanh phun chang ksor rcom nie h cha bang
    binh cat cong cuong dai dan doi giap khau khieu kien liem man nghi phuc que si su tat te vay lang xa
    """.split()  # noqa: SIM905 - a list of words reads better as text
)

GIVEN = frozenset(
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
    """.split()  # noqa: SIM905 - see above
)
"""Syllables of middle and given names."""
