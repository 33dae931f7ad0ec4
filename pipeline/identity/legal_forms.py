# ruff: noqa: RUF001 - forms in Cyrillic and Greek letters
"""Legal forms of companies, by country, as they are written at a name's end.

Source: the abbreviations and names of ISO 20275 (entity legal forms, published by GLEIF), those in use in
company lists. Written as `normal.py` leaves them: lower case, no full stops, a slash is a blank.
"""

from collections.abc import Mapping

_BY_COUNTRY = {
    "English": """
        co | company | and co | and company | corp | corporation | inc | incorporated | incorporation
        llc | lllp | llp | lp | limited | limited company | limited liability company
        limited liability partnership | limited partnership | ltd | ltd co | ltee | limitee | limitée
        ltée | pc | pllc | plc | public limited company | pbc | cic | cio | clg | dac | teo | teoranta
        uc | unlimited | unlimited company | ulc | unlimited liability company | pty | proprietary
        proprietary limited | pte | private | private limited | pvt""",
    "Germany, Austria, Switzerland": """
        ag | aktiengesellschaft | gag | co | und co | cokg | eg | ek | ekfm | ekfr | ev
        eingetragener verein | gbr | egbr | gmbh | ggmbh | gesmbh | ges mbh | gesellschaft mbh | mbh
        gesellschaft mit beschränkter haftung | gesellschaft mit beschraenkter haftung | gesbr | gmbh cokg
        kg | kgaa | kommanditgesellschaft | og | ohg | offene handelsgesellschaft | partg | partg mbb
        partgmbb | mbb | se | sce | ug | gug | ug haftungsbeschränkt | ug haftungsbeschraenkt
        gug haftungsbeschränkt | gug haftungsbeschraenkt | haftungsbeschränkt | haftungsbeschraenkt
        unternehmergesellschaft | vvag | sagl | scrl""",
    "France, Belgium, Luxembourg": """
        sa | sas | sasu | sarl | sàrl | sà rl | sa rl | s à rl | s à r l | s a rl | s a r l | eurl | earl
        sci | sca | scs | scsp | snc | scop | selarl | selas | gie | cie | et cie | et compagnie
        société anonyme | société à responsabilité limitée | société par actions simplifiée | sprl | bvba
        cvba | asbl | vzw | srl""",
    "Italy": """
        spa | srl | srls | sapa | snc | sas | scarl | scrl | sc arl | sc a rl | soc coop
        società per azioni | società a responsabilità limitata""",
    "Spain, Portugal, Latin America": """
        sa | sau | sl | slu | sll | slne | sociedad anónima | sociedad limitada | y cia | y cía | e cia
        cia | cía | sa de cv | sab de cv | sapi de cv | s de rl | s de rl de cv | s de rl mi | sas de cv
        sofom | sac | saa | saic | sacv | srl de cv | eirl | ltda | limitada | lda | unipessoal
        unipessoal lda | sgps | eireli | spa | sas""",
    "Netherlands": "bv | nv | vof | cv | ua | ba | besloten vennootschap | naamloze vennootschap | en co",
    "Denmark, Norway, Sweden, Finland, Iceland": """
        as | a s | aps | ivs | k s | p s | i s | amba | asa | ans | enk | nuf | ab | ab publ | aktiebolag
        hb | kb | ek för | ekonomisk förening | oy | oyj | oy ab | ky | tmi | osk | osakeyhtiö | hf
        ehf | ohf | aktieselskab | anpartsselskab | aksjeselskap""",
    "Poland, Czechia, Slovakia, Hungary, Romania": """
        sp z oo | sp z o o | sp zoo | sp zo o | spz oo | spzoo | spółka z oo
        spółka z ograniczoną odpowiedzialnością | spółka akcyjna | sp k | spk | sp j | spj | ska | psa
        sa | as | sro | s ro | spol s ro | spol sro | spol s r o | vos | ks | kft | zrt | nyrt | bt | kkt
        srl""",
    "South-eastern Europe, Türkiye, Greece": """
        doo | jdoo | dd | dno | ad | ood | eood | ead | dooel | shpk | aş | ltd şti | ltd sti | şti | sti
        αε | επε | ικε | οε | εε""",
    "Baltic states": "uab | mb | sia | oü | tü | mtü",
    "Eastern Europe": """
        ооо | оао | зао | пао | ао | нао | ип | тоо | тов | прат | пат | ooo | oao | zao | pao | jsc
        ojsc | cjsc | pjsc | llc""",
    "Asia, Africa, Gulf": """
        kk | gk | yk | kabushiki kaisha | godo kaisha | co kk | 株 | 有 | 株式会社 | 有限会社 | 合同会社
        股份有限公司 | 有限责任公司 | 有限責任公司 | 有限公司 | 주식회사 | 유한회사
        sdn bhd | bhd | berhad | tbk | opc | jsc | fze | fzc | fzco | fz llc | fzllc | dmcc | wll | bsc
        psc | pjsc | saog | saoc | sae | sal | sarlau | qsc | qpsc""",
}

WORD_FORMS = frozenset(
    form.strip() for table in _BY_COUNTRY.values() for line in table.splitlines() for form in line.split("|")
) - {""}
"""Every form as its words, joined by one blank."""

LONGEST_FORM_ENDING: Mapping[str, int] = {
    form.split()[-1]: len(form.split()) for form in sorted(WORD_FORMS, key=lambda form: len(form.split()))
}
"""How many words the longest form has that ends in a word; most names end in a word that is in no form."""

LONGEST_SPACED = 4
"""How many words a form may have that ends in a single letter, as in "G m b H"."""

GLUED_FORMS = (
    "株式会社",
    "有限会社",
    "合同会社",
    "股份有限公司",
    "有限责任公司",
    "有限責任公司",
    "有限公司",
    "주식회사",
    "유한회사",
)
"""Forms of scripts without blanks, at the end of the last word; the longer before those they end in."""
