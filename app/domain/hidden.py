"""What phone systems write where a caller has no number, or does not show it."""

import re
import unicodedata

_LONGEST = 80  # characters; a longer text says more than that there is none
_SHORTEST = 3  # letters of a word that is written together with another
_WORD = re.compile(r"[^\W\d_]+")
# What a system puts before every number, also where there is none: 0, 00, +49.
_PREFIX = re.compile(r"\A(?:\+\d{1,3}|0\d{0,3})\s*(?=[^\W\d_])")
_ON = re.compile(r"\s*[=:]\s*1\s*\Z")
_BELOW_ZERO = re.compile(r"[-\u2212][1-9]\d*(?:[.,]0+)?")


def is_hidden(text: str) -> bool:
    """Whether nobody can be called by it: without letters and digits, zeros, below zero, or words that say so."""
    if _WORD.search(text):
        return len(text) <= _LONGEST and _says_none(_ON.sub("", _PREFIX.sub("", text)))
    return not any(int(digit) for digit in text if digit.isdecimal()) or _BELOW_ZERO.fullmatch(text) is not None


def _says_none(text: str) -> bool:
    if any(int(digit) for digit in text if digit.isdecimal()):
        return False
    words = _WORD.findall(_fold(text))
    if all(len(word) == 1 for word in words):  # n/a, and P or O of older exchanges
        words = ["".join(words)]
    parts = {part for word in words for part in _apart(word)}
    return parts <= _KNOWN and not parts <= _BESIDE


def _apart(word: str) -> tuple[str, ...]:
    """The two words that `word` is put together of (`privatenumber`), or itself."""
    cuts = range(_SHORTEST, len(word) - _SHORTEST + 1) if word not in _KNOWN else ()
    return next(((word[:cut], word[cut:]) for cut in cuts if {word[:cut], word[cut:]} <= _KNOWN), (word,))


def _fold(text: str) -> str:
    """In small letters and without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _folded(words: str) -> frozenset[str]:
    return frozenset(map(_fold, words.split()))


# Each of these says it, alone or beside others of both lists.
_NONE = _folded(
    """
    anon anonymised anonymized anonymous area asterisk blocked c clip clir concealed confidential dbnull empty error
    false hidden incognito inf infinity interaction invalid masked missing n na nan nil no nobody nocallerid nocid
    noid non none nonetype not np null o object p payphone priv privacy private prohibited rejected restricted
    secret suppressed true u unallocated unassigned unavailable undef undefined undetermined undisclosed
    unidentified unk unkn unknown unkown unlisted unpublished unset unspecified void withheld without x

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
    аноним анонимный неизвестен неизвестный скрыт скрытый άγνωστος απόκρυψη
    非通知 非通知設定 公衆電話 表示圏外 未知 未知号码 匿名 私人号码 无号码 無號碼
    """
)
# These say it only beside one of those.
_BESIDE = _folded(
    """
    a active allowed applicable assigned available by call caller callerid calling cid cli clid coin
    contact displayed enabled from given has id identification identity in is known line mobile name network num
    number of on other out party phone phonenumber present presentation provided ref reject s service services set
    shown specified subscriber supplied system telephone the to transmitted user value was with

    aktiv angabe angegeben angezeigt anruf anrufer anruferin anrufers bekannt der des die gesendet hat ist nr nummer
    rueckrufnummer rufnr rufnummer rufnummern rückrufnummer teilnehmer teilnehmers telefon telefonnummer
    uebermittelt uebertragen verfuegbar verfügbar vom von vorhanden wird wurde übermittelt übertragen

    appel appelant connu correspondant de disponible du le numéro téléphone
    chiamante disponibile numero telefono utente conocido del llamada llamante número
    chamada disponível beller beschikbaar bekend numer numeru dzwoniący číslo volající
    numret opkald hívó szám arayan numara номер абонент αριθμός numero
    """
)
_KNOWN = _NONE | _BESIDE
