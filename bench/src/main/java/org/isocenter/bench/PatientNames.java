package org.isocenter.bench;

/// Names for made-up patients in several scripts, 64,000 family names in each.
final class PatientNames {

    private static final int SYLLABLES = 40;

    private static final String[] LATIN = words(
            "ba be bi bo bu da de di do dü fa fe fi fo ga ge gi gö ha he hi ho ka ke ki kå la le li lo ma me mi mo na né ni"
                    + " no ra ro");
    private static final String[] CYRILLIC = words(
            "ба бе би бо бу ва ве ви во га го да де ди до жа же за зе зи ка ке ки ко ла ле ли ло ма ме ми мо на не ни но ра"
                    + " ре ро са");
    private static final String[] GREEK = words(
            "βα βε βι βο γα γε γι γο δα δε δι δο ζα ζε ζι ζο θα θε θι θο κα κε κι κο λα λε λι λο μα με μι μο να νε νι νο ρα"
                    + " ρε ρο σα");
    private static final String[] IDEOGRAPHIC =
            words("山 田 中 村 林 森 川 石 井 上 大 小 高 木 本 松 竹 藤 原 野 島 崎 江 池 橋 谷 沢 宮 北 南 西 東 金 水 火 土 王 李 張 陳");
    private static final String[] HANGUL =
            words("김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황 안 송 전 홍 유 고 문 양 손 배 백 허 남 심 노 하 곽 성 차 주 우 구 나 민");

    private PatientNames() {}

    /// The family name in its main script: alphabetic, and unlike that of any other study nearby.
    static String family(long study) {
        return switch ((int) (study % 5)) {
            case 1 -> capital(spell(CYRILLIC, study));
            case 2 -> capital(spell(GREEK, study));
            default -> capital(spell(LATIN, study));
        };
    }

    /// A value for Patient's Name, of at most 64 bytes in UTF-8.
    static String personName(long study) {
        String alphabetic = family(study) + "^" + capital(LATIN[(int) (study / 7 % SYLLABLES)] + "nna");
        return switch ((int) (study % 5)) {
            case 3 -> alphabetic + "=" + spell(IDEOGRAPHIC, study) + "^" + IDEOGRAPHIC[(int) (study / 7 % SYLLABLES)];
            case 4 -> alphabetic + "=" + spell(HANGUL, study) + "^" + HANGUL[(int) (study / 7 % SYLLABLES)];
            default -> alphabetic;
        };
    }

    /// Spread by a multiplier that shares no factor with the number of names, so that neighbours differ in every
    /// syllable and no name comes twice in 64,000.
    private static String spell(String[] syllables, long study) {
        long name = study * 26_407 % ((long) SYLLABLES * SYLLABLES * SYLLABLES);
        return syllables[(int) (name / SYLLABLES / SYLLABLES)]
                + syllables[(int) (name / SYLLABLES % SYLLABLES)]
                + syllables[(int) (name % SYLLABLES)];
    }

    private static String capital(String word) {
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    private static String[] words(String text) {
        String[] words = text.split(" ");
        if (words.length != SYLLABLES) {
            throw new IllegalStateException(words.length + " syllables: " + text);
        }
        return words;
    }
}
