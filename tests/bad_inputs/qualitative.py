"""Defects of interviews, transcripts, codings, quotations, questionnaire and published figures."""

from __future__ import annotations

from corpus import Defects, Query, Refusal
from docx.oxml import parse_xml
from raw_files import altered_document

DEFECTS = Defects()
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RUN = "<w:r><w:t>And that was that.</w:t></w:r>"


@DEFECTS.add
def an_interview_of_somebody_who_is_not_in_the_trial(copy):
    held = copy.sheet("interview_register").first(Interview="I07")
    held["Study No"] = "MOM-0999"
    return Query("reference", "interview_register", "Study No", held)


@DEFECTS.add
def an_interview_of_an_unknown_mentor(copy):
    held = copy.sheet("interview_register").first(Interview="I01")
    held["Mentor"] = "M99"
    return Query("reference", "interview_register", "Mentor", held)


@DEFECTS.add
def an_interview_before_the_allocation(copy):
    held = copy.sheet("interview_register").first(Interview="I08")
    held["Date"] = "01/12/2002"
    return Query("order", "interview_register", "Date", held)


@DEFECTS.add
def an_interview_that_was_held_and_names_no_transcript(copy):
    held = copy.sheet("interview_register").first(Interview="I15")
    held["Document"] = ""
    lost = "studies/moments/data/transcripts/midwife_1_early.docx"
    return Query(
        *("transcript", "interview_register", "Document", held),
        also=(Query("transcript", "transcripts", "document", line=1, file=lost),),
    )


@DEFECTS.add
def an_interview_whose_transcript_is_not_there(copy):
    copy.remove("transcripts", "woman_03")
    held = copy.sheet("interview_register").first(Interview="I09")
    return Query("reference", "interview_register", "Document", held)


@DEFECTS.add
def an_interview_of_which_the_transcript_has_another_name(copy):
    held = copy.sheet("interview_register").first(Interview="I10")
    held["Document"] = "Woman_04"
    return Query("reference", "interview_register", "Document", held)


@DEFECTS.add
def two_interviews_of_one_number(copy):
    register = copy.sheet("interview_register")
    register.first(Interview="I12")["Interview"] = "I11"
    return Query("key", "interview_register", "Interview", register.first(Document="woman_06"))


@DEFECTS.add
def an_age_that_the_register_of_mentors_does_not_have(copy):
    held = copy.sheet("interview_register").first(Interview="I02")
    held["Age"] = "63"
    return Query("agreement.mentor_age", "interview_register", "Age", held)


@DEFECTS.add
def a_number_of_visits_that_the_log_does_not_have(copy):
    held = copy.sheet("interview_register").first(Interview="I07")
    held["Visits"] = "9"
    return Query("agreement", "interview_register", "Visits", held)


@DEFECTS.add
def a_number_of_visits_with_a_bound_that_the_log_does_not_have(copy):
    held = copy.sheet("interview_register").first(Interview="I22")
    held["Visits"] = "<3"
    return Query(
        *("agreement", "interview_register", "Visits", held),
        also=(Query("censored", "interview_register", "Visits", held),),
    )


@DEFECTS.add
def an_interviewee_of_an_impossible_age(copy):
    held = copy.sheet("interview_register").first(Interview="I09")
    held["Age"] = "2.3"
    return Query("range", "interview_register", "Age", held)


@DEFECTS.add
def a_transcript_of_no_interview(copy):
    data = copy.good("transcripts", "woman_01")
    copy.add("transcripts", "woman_99.docx", data)
    file = "studies/moments/data/transcripts/woman_99.docx"
    return Query(
        *("transcript", "transcripts", "document"),
        line=1,
        file=file,
        also=(Query("duplicate", "transcripts", line=1),),
    )


def _without_text(document) -> None:
    for paragraph in document.paragraphs:
        paragraph.clear()
    body = document.element.body
    for paragraph in list(body.iter("{*}p"))[1:]:
        paragraph.getparent().remove(paragraph)


@DEFECTS.alone
def a_transcript_without_a_word(copy):
    copy.document("transcripts", "woman_02", _without_text)
    file = "studies/moments/data/transcripts/woman_02.docx"
    return Query("required", "transcripts", "text", line=1, file=file)


def unread(place: str, xml: str):
    """Return a defect: a transcript with text that is not read."""

    def spoil(copy):
        body = parse_xml(xml)
        copy.document("transcripts", "woman_03", lambda d: d.element.body.insert(-1, body))
        file = "studies/moments/data/transcripts/woman_03.docx"
        return Query("unread", "transcripts", "text", line=1, file=file)

    spoil.__name__ = f"a transcript with text in {place}"
    return DEFECTS.alone(spoil)


unread("a table", f"<w:tbl {W}><w:tr><w:tc><w:p>{RUN}</w:p></w:tc></w:tr></w:tbl>")
unread("a tracked change", f"<w:p {W}><w:ins>{RUN}</w:ins></w:p>")
unread("a form field", f"<w:sdt {W}><w:sdtContent><w:p>{RUN}</w:p></w:sdtContent></w:sdt>")


@DEFECTS.alone
def a_transcript_in_which_a_word_was_corrected_after_the_coding(copy):
    def change(document):
        paragraph = document.paragraphs[5]
        paragraph.runs[0].text = paragraph.runs[0].text.replace("lovely", "grand")

    copy.document("transcripts", "mentor_01", change)
    return Query("verbatim", "codings_r1", "selected")


@DEFECTS.alone
def a_transcript_of_which_the_first_paragraph_was_taken_out(copy):
    def change(document):
        first = document.paragraphs[0]._element
        first.getparent().remove(first)

    copy.document("transcripts", "mentor_02", change)
    return Query("verbatim", "quotations", "text")


@DEFECTS.alone
def a_transcript_that_ends_before_its_last_segment(copy):
    def change(document):
        for paragraph in document.paragraphs[4:]:
            paragraph._element.getparent().remove(paragraph._element)

    copy.document("transcripts", "woman_05", change)
    return Query(
        *("offsets", "codings_r1", "end"),
        also=(Query("offsets", "codings_r2", "end"),),
    )


@DEFECTS.alone
def a_transcript_with_another_extension_is_passed_by_and_missed(copy):
    data = altered_document(copy.good("transcripts", "woman_06"), lambda d: None)
    assert data
    copy.remove("transcripts", "woman_06")
    held = copy.sheet("interview_register").first(Interview="I12")
    return Query("reference", "interview_register", "Document", held)


@DEFECTS.alone
def a_transcript_that_is_no_word_document(copy):
    copy.bytes("transcripts", lambda _: b"I: Hello\nR: QX7391QX\n", "woman_06")
    return Refusal("archive", "transcripts/woman_06.docx")


def coded(name: str, column: str, text: str, rule: str, at: str | None = None):
    """Return a defect of one cell of the codings of the second coder, each in one of its own."""
    at_record = len(DEFECTS) + 20

    def spoil(copy):
        segment = copy.sheet("codings_r2").records[at_record]
        segment[column] = text
        return Query(rule, "codings_r2", column if at is None else at, segment)

    spoil.__name__ = name
    return DEFECTS.add(spoil)


coded("a segment that ends beyond its transcript", "end", "99999", "offsets")
coded("a segment that ends where it starts", "end", "1", "offsets", "")
coded("a segment that starts before the text", "start", "-1", "range")
coded("a segment with an unknown code", "code", "no_such_code", "reference")
coded("a segment of an unknown transcript", "document", "mentor_77", "reference")
coded("a segment whose words were changed", "selected", "I never said that", "verbatim")
coded("a segment whose words have a straight apostrophe", "selected", "It's grand", "verbatim")
coded("a segment that was coded on no day", "coded_on", "2004-11-31", "type")
coded("a segment that starts at a part of a character", "start", "12.5", "type")


@DEFECTS.add
def a_segment_coded_twice_with_one_code(copy):
    codings = copy.sheet("codings_r1")
    again = codings.records[200].copy()
    codings.records.append(again)
    return Query("kept_once", "codings_r1", "document", again)


@DEFECTS.add
def a_code_that_is_defined_twice(copy):
    book = copy.sheet("codebook")
    again = book.records[3].copy()
    again["label"] = "Another label"
    book.records.append(again)
    return Query("key", "codebook", "code", again)


@DEFECTS.add
def a_code_of_no_theme(copy):
    code = copy.sheet("codebook").records[9]
    code["theme"] = ""
    return Query("required", "codebook", "theme", code)


@DEFECTS.add
def a_code_that_was_taken_out_of_the_codebook(copy):
    gone = copy.sheet("codebook").records.pop(0)
    segment = copy.sheet("codings_r1").first(code=gone["code"])
    return Query("reference", "codings_r1", "code", segment)


def quoted(name: str, column: str, text: str, rule: str, at: str | None = None):
    """Return a defect of one cell of the quotations, each in one of its own."""
    at_record = len(DEFECTS) % 28

    def spoil(copy):
        quotation = copy.sheet("quotations").records[at_record]
        quotation[column] = text
        return Query(rule, "quotations", column if at is None else at, quotation)

    spoil.__name__ = name
    return DEFECTS.add(spoil)


quoted("a quotation of words that nobody said", "text", "Not one of them called.", "verbatim")
quoted("a quotation from another place of the transcript", "start", "3", "verbatim", "text")
quoted("a quotation that ends beyond its transcript", "end", "88888", "offsets")
quoted("a quotation of no words", "text", "", "required")
quoted("a quotation that is attributed to another role", "role", "midwife", "attribution")
quoted("a quotation that is attributed to another person", "number", "12", "attribution")
quoted("a quotation of a person who is none", "number", "0", "range")
quoted("a quotation of another stage", "stage", "latest", "attribution")
quoted("a quotation under a theme that no code has", "theme", "initating", "attribution")
quoted("a quotation from a transcript that is not there", "document", "woman_77", "reference")
quoted("a quotation without its transcript", "document", "", "required")


@DEFECTS.add
def two_quotations_of_one_number(copy):
    one, two = copy.sheet("quotations").records[28:30]
    two["quotation"] = one["quotation"]
    return Query("key", "quotations", "quotation", two)


def answered(name: str, column: str, text: str, rule: str):
    """Return a defect of one cell of the questionnaire, each in a response of its own."""
    at_record = len(DEFECTS) % 13

    def spoil(copy):
        response = copy.sheet("mentor_questionnaire").records[at_record]
        response[column] = text
        return Query(rule, "mentor_questionnaire", column, response)

    spoil.__name__ = name
    return DEFECTS.add(spoil)


answered("a response of an unknown mentor", "Mentor", "M99", "reference")
answered("a response with an answer that was not offered", "Q5_bond", "Rather agree", "code")
answered("a response in numbers in the place of words", "Q6_friend", "2", "code")
answered("a response that was not finished", "Finished", "False", "incomplete")
answered("a response that was a test", "Status", "Survey Preview", "no_response")
answered("a response that is spam", "Status", "Spam", "no_response")
answered("a response of an impossible day", "RecordedDate", "2006-02-30 10:00:00", "type")
answered("a response without its number", "ResponseId", "", "required")


@DEFECTS.add
def two_responses_of_one_mentor(copy):
    one, two = copy.sheet("mentor_questionnaire").records[3:5]
    two["Mentor"] = one["Mentor"]
    return Query("repeated", "mentor_questionnaire", "Mentor", two)


@DEFECTS.add
def one_response_twice(copy):
    responses = copy.sheet("mentor_questionnaire")
    again = responses.records[6].copy()
    responses.records.append(again)
    return Query("key", "mentor_questionnaire", "ResponseId", again)


@DEFECTS.add
def a_published_figure_twice(copy):
    claims = copy.sheet("claims")
    again = claims.records[2].copy()
    claims.records.append(again)
    return Query("key", "claims", "id", again)


@DEFECTS.add
def a_published_figure_without_its_value(copy):
    claim = copy.sheet("claims").records[4]
    claim["value"] = ""
    return Query("required", "claims", "value", claim)
