"""Words of many languages for a caller who has no number, or does not show it."""

import unicodedata


def fold(text: str) -> str:
    """In small letters and without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _folded(words: str) -> frozenset[str]:
    return frozenset(map(fold, words.split()))


# Those that people often mistype.
OFTEN = _folded("anonymous anonym withheld unknown unavailable restricted suppressed unbekannt unterdrückt")
# Each of these says it, alone or beside others of both lists.
NONE = _folded(
    """
    anon anonymised anonymized anonymous area asterisk blank blocked c clip clir coin concealed confidential
    dbnull empty error false hidden incognito inf infinity interaction invalid masked missing n na nan nil no
    nobody nocallerid nocid noid non none nonetype not np null nvt o object ooa p payphone priv privacy
    private prohibited rejected restricted secret suppressed tba tbd true u unallocated unassigned unavail
    unavailable undef undefined undetermined undisclosed unidentified unk unkn unknown unkown unlisted
    unpublished unset unspecified void withheld without x

    anonym anonyme anonymer anonymes ausgeblendet geheim geheime geheimer geheimnummer gesperrt inkognito ka kein
    keine leer nein nicht niemand nn nv ohne privat privater privates unbek unbekannt unbekannte unbekannter
    unbekanntes ungueltig ungültig unterdr unterdrueckt unterdrueckte unterdrueckung unterdrückt unterdrückte
    unterdrückung verborgen verborgene verdeckt versteckt

    anonyme caché cachée confidentiel inconnu inconnue indisponible masqué masquée pas privé privée sans secrète
    anonimo anonima nascosto privato riservato sconosciuta sconosciuto senza
    anónimo anónima anônimo bloqueado confidencial desconhecido desconocida desconocido oculta oculto privada privado
    restringido restrito sem sin
    afgeschermd anoniem geen onbekend onbekende verborgen zonder
    anonimowy bez brak nieznany prywatny ukryty zastrzeżony
    anonymní neznámé neznámý skryté skrytý soukromé soukromý
    anonymt dolt hemligt hemmeligt okänd okänt skjult skyddat ukendt ukjent uden utan uten
    bilinmeyen gizli ismeretlen özel rejtett salainen titkos tuntematon
    piilotettu salattu necunoscut necunoscută ascuns skriven sakriven nepoznat nepoznati neznan neznana neznámy
    nežinomas paslėptas nezināms slēpts tundmatu varjatud salajane óþekkt óþekktur leyninúmer falið panjohur
    аноним анонимен анонимно анонимный неизвестен неизвестная неизвестно неизвестный скрит скрыт скрыто скрытый
    анонім анонімний невідома невідомий невідомо прихована приховано прихований непознат скривен без нет
    άγνωστη άγνωστο άγνωστος ανώνυμος απόκρυψη חסוי לא מוסתר محجوب مجهول غير
    非通知 非通知設定 公衆電話 表示圏外 通知不可能 通知不可 非表示 未知 不明 匿名 私人 隐藏 隱藏 未显示 未顯示 不显示
    不顯示 无法显示 無法顯示 未提供 保密 无 無 なし
    발신번호표시제한 발신번호제한 발신자표시제한 표시제한 비공개 익명 없음 알수없음
    """
)
# These say it only beside one of those.
BESIDE = _folded(
    """
    a active allowed applicable asserted assigned available by call caller callerid calling cid cli clid
    contact data displayed enabled entry extern external from given has id identification identity in info
    information intern internal is known line mobile name network num number of on other out party phone
    phonenumber present presentation provided ref reject s service services set shown specified subscriber
    supplied system telephone the to transmitted user value was with

    aktiv angabe angaben angegeben angezeigt anruf anrufer anruferin anrufers bekannt daten der des die
    gesendet hat ist nr nummer rueckrufnummer rufnr rufnummer rufnummern rückrufnummer teilnehmer teilnehmers
    telefon telefonnummer uebermittelt uebertragen verfuegbar verfügbar vom von vorhanden wird wurde
    übermittelt übertragen

    appel appelant connu correspondant de disponible du le numéro téléphone
    chiamante disponibile numero telefono utente conocido del llamada llamante número
    chamada disponível beller beschikbaar bekend numer numeru dzwoniący číslo volající
    numret opkald hívó szám arayan numara номер абонент αριθμός numero
    număr broj numeris numurs númer številka ידוע מספר معروف رقم
    号码 號碼 来电 來電 电话 電話 番号 主叫 显示 顯示 발신 발신자 발신번호 번호 전화 알 수
    """
)
KNOWN = NONE | BESIDE
