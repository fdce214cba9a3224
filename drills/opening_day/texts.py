"""What schools write to the HelpDesk, and what the HelpDesk answers, in English and Spanish."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A ticket as it is written; ``{n}`` is the number of students affected."""

    function: str
    subject: str
    description: str
    affected: tuple[int, int] | None = None
    language: str = "en"


TEXTS = (
    Text(
        "login",
        "Teacher cannot sign in",
        "A teacher in room 114 gets 'account not found' since this morning. The password was "
        "changed on Friday. First period starts soon.",
    ),
    Text(
        "login",
        "Sign-in page keeps loading",
        "Three of us in the counseling office see the sign-in page turn for minutes and then time "
        "out. Other web sites are fine.",
    ),
    Text(
        "login",
        "New clerk has no account",
        "Our new attendance clerk started today and has no account yet. She needs access before "
        "the nutrition break.",
    ),
    Text(
        "login",
        "No puedo entrar al sistema",
        "Desde las siete no puedo entrar. Dice que mi cuenta está bloqueada. Soy la encargada de "
        "inscripciones y tengo familias esperando.",
        language="es",
    ),
    Text(
        "scheduling",
        "{n} students without a complete schedule",
        "We have {n} students in the office who have no complete schedule for the second semester. "
        "Counselors are adding them by hand, but sections are filling up.",
        (4, 30),
    ),
    Text(
        "scheduling",
        "Section shows full but has empty seats",
        "Algebra 2, period 3 says that it is full. The teacher counts 29 students and the limit is "
        "36. We cannot add anybody.",
        (1, 6),
    ),
    Text(
        "scheduling",
        "Students are in two classes in the same period",
        "After the rollover {n} of our students are in two classes in period 5. Which one should "
        "we remove?",
        (2, 12),
    ),
    Text(
        "scheduling",
        "Alumnos sin horario",
        "Tenemos {n} alumnos sin horario completo esperando en la biblioteca. ¿Pueden mandar a "
        "alguien que nos ayude?",
        (5, 25),
        "es",
    ),
    Text(
        "enrollment",
        "Transfer student still shows at the old school",
        "A student who came to us in December still shows as active at the previous school, so we "
        "cannot enroll her.",
        (1, 1),
    ),
    Text(
        "enrollment",
        "No-show screen gives an error",
        "When we mark a no-show the screen comes back empty. We have {n} to enter.",
        (2, 15),
    ),
    Text(
        "enrollment",
        "Familia nueva sin número de estudiante",
        "Llegó una familia con dos hijos de Guatemala. El sistema no nos deja crear el segundo "
        "número de estudiante.",
        (2, 2),
        "es",
    ),
    Text(
        "attendance",
        "Cannot submit attendance for period 1",
        "The roster opens, but the submit button stays gray. Several teachers have called us.",
        (30, 120),
    ),
    Text(
        "attendance",
        "Roster is missing students",
        "A teacher has {n} students in the room who are not on the roster for period 2.",
        (2, 9),
    ),
    Text(
        "grades",
        "First-semester mark is not on the report card",
        "The marks of one section were entered before the window closed and do not print.",
        (25, 36),
    ),
    Text(
        "grades",
        "Transcript shows a course twice",
        "For {n} seniors Government and Economics appears twice on the transcript. College "
        "applications are due this week.",
        (1, 8),
    ),
    Text(
        "login",
        "Password reset mail does not arrive",
        "Our new science teacher asked for a reset three times since 7:30 and nothing arrives, not "
        "even in the spam folder.",
    ),
    Text(
        "login",
        "Substitute teacher sees no classes",
        "The substitute in room 208 can sign in, but the list of classes is empty. She has five "
        "periods to take attendance for.",
    ),
    Text(
        "scheduling",
        "{n} seniors lost their reduced day",
        "After the rollover {n} seniors with a reduced day show as missing two periods. They "
        "should leave at noon.",
        (3, 18),
    ),
    Text(
        "scheduling",
        "Room of a section is wrong on every schedule",
        "Biology, period 4 prints with last semester's room. The students walk to a room that is "
        "being painted.",
        (28, 36),
    ),
    Text(
        "enrollment",
        "Cannot find a student who moved from another district",
        "The family has a transcript with a state number, but a search by that number finds "
        "nothing.",
        (1, 1),
    ),
    Text(
        "enrollment",
        "Entry date is wrong for {n} students",
        "They came back from independent study today, and the screen does not accept today as the "
        "entry date.",
        (2, 6),
    ),
    Text(
        "attendance",
        "No aparece la lista de asistencia del segundo periodo",
        "La maestra abre el segundo periodo y la lista sale vacía. Tiene {n} alumnos en el salón.",
        (24, 36),
        "es",
    ),
    Text(
        "attendance",
        "Attendance from Friday is gone",
        "We entered Friday's make-up attendance and today it shows as not submitted for {n} "
        "students.",
        (20, 90),
    ),
    Text(
        "grades",
        "Grade point average is missing on {n} transcripts",
        "Counselors need it for the eligibility list by Wednesday.",
        (3, 40),
    ),
    Text(
        "reports",
        "Report cards print on two pages",
        "First-semester report cards come out on two pages, and the second has only the footer.",
        (200, 900),
    ),
    Text(
        "reports",
        "Las boletas salen sin acentos",
        "Al imprimir las boletas, los nombres salen sin acentos y sin la letra ñ.",
        (40, 200),
        "es",
    ),
    Text(
        "other",
        "Whom do we call about the phone lines?",
        "We were on hold for a while this morning and would like to know whether there is a second "
        "number for schools.",
    ),
    Text(
        "english_learners",
        "English learner placed in the wrong ELD course",
        "The new schedule puts {n} of our ELD 3 students into ELD 1. Their last overall score says "
        "otherwise.",
        (1, 7),
    ),
)

WAITING = Text(
    "scheduling",
    "{n} students are waiting for a schedule",
    "{n} of our students have no complete schedule at the start of the semester. Two counselors "
    "are working on it; a third pair of hands would help.",
)
CANCELLED = Text(
    "scheduling",
    "A section was cancelled this morning",
    "We had to cancel a section because the teacher was reassigned. Its {n} students lose the "
    "class one after the other, and we need to find seats for all of them.",
)

REPLIES = {
    "en": (
        "Thank you for calling this in. We are looking at it now and will write again shortly.",
        "We can see it on our side. Please leave the screen as it is; no need to enter it again.",
        "A specialist for your region has been told. Is the number of students still right?",
    ),
    "es": (
        "Gracias por avisarnos. Ya lo estamos revisando y le escribimos en unos minutos.",
        "Lo vemos también aquí. Por favor no vuelva a capturar los datos.",
    ),
}
SOLUTIONS = {
    "login": "The account is unlocked and the password reset; signing in works again.",
    "scheduling": "Seats were added and the students are placed. Please check the new rosters.",
    "enrollment": "The earlier enrollment is closed; the student can be enrolled now.",
    "attendance": "The roster is refreshed. Attendance for the period can be submitted again.",
    "grades": "The marks are on the record again; please print the page once more.",
    "reports": "A corrected template is in place. New printouts fit on one page.",
}
SOLVED = "This is done. Please write back if anything is left."
