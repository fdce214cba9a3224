"""Names in the languages of the district, as people here write them in Latin letters.

A heritage is where a family's names come from; its ``home`` lists the languages spoken at home
with their weights (BCP 47). Weights of heritages are per thousand students.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from drills.district.shapes import Ints


@dataclass(frozen=True)
class Heritage:
    weight: int
    home: tuple[tuple[str, float], ...]
    female: str
    male: str
    family: str
    two_surnames: float = 0.0


HERITAGES = (
    Heritage(
        690,
        (("es", 0.62), ("en", 0.38)),
        "María Sofía Camila Valentina Ximena Daniela Guadalupe Andrea Fernanda Lucía Alejandra "
        "Gabriela Natalia Isabela Mariana Jimena Esmeralda Yesenia Rocío Abigail Ashley Emily "
        "Melissa Stephanie Jocelyn Leslie Paola Itzel Citlali Renata Verónica Mónica Belén Noemí",
        "José Juan Luis Carlos Jesús Ángel Miguel Diego Alejandro Fernando Ricardo Eduardo Óscar "
        "Iván Andrés Sebastián Mateo Emiliano Héctor Joaquín Raúl Adrián Ramón César Rubén Kevin "
        "Bryan Anthony Christian Jonathan Brandon Damián Tomás Martín Efraín Hugo Xavier Saúl",
        "García Hernández Martínez López González Rodríguez Pérez Sánchez Ramírez Torres Flores "
        "Rivera Gómez Díaz Reyes Morales Cruz Ortiz Gutiérrez Chávez Ramos Ruiz Mendoza Álvarez "
        "Jiménez Castillo Vásquez Romero Herrera Medina Aguilar Vargas Castro Guzmán Salazar "
        "Muñoz Ibáñez Peña Núñez Quiñones Zúñiga Cárdenas Figueroa Escobar Alvarado Menjívar",
        0.28,
    ),
    Heritage(
        95,
        (("en", 1.0),),
        "Emma Olivia Hannah Grace Chloe Abigail Madison Ella Lily Claire Audrey Molly Ruby Hazel "
        "Nora Eleanor Alice Beatrice Charlotte Ivy Josephine Lucy Margaret Penelope Rose Tessa",
        "Liam Noah Ethan Mason Jack Owen Henry Samuel Caleb Wyatt Luke Isaac Nathan Charles Oliver "
        "Theodore Arthur Felix Graham Hugh Jasper Leo Miles Oscar Patrick Simon Walter",
        "Smith Johnson Miller Davis Wilson Anderson Taylor Moore Clark Hall Young Allen Wright "
        "Baker Carter Collins Cooper Fisher Foster Hughes Kelly Murphy O'Brien Palmer Reed "
        "Shaw Sullivan Turner Walsh Webb",
    ),
    Heritage(
        85,
        (("en", 1.0),),
        "Aaliyah Imani Jasmine Kiara Nia Destiny Ebony Zoe Amara Brianna Tiana Naomi Serenity "
        "Kennedy Layla Maya Simone Trinity Alexis Diamond Faith Gabrielle",
        "Jaylen Malik Isaiah Elijah Jordan Marcus Xavier Darius Andre Terrence Cameron Devin "
        "Josiah Khalil Tyrese Micah Quincy Reginald Dominic Jamal Langston Maurice",
        "Williams Brown Jones Jackson Thomas Harris Robinson Lewis Walker King Scott Green Adams "
        "Mitchell Campbell Roberts Evans Edwards Stewart Morris Rogers Cook Bell Bailey Coleman",
    ),
    Heritage(
        25,
        (("ko", 0.72), ("en", 0.28)),
        "Ji-woo Seo-yeon Min-ji Ha-eun Soo-jin Ye-rin Da-eun Eun-ji Hye-won Chae-won Grace Esther",
        "Min-jun Seo-jun Ji-ho Do-yun Hyun-woo Joon-ho Sung-min Tae-yang Jae-won Dong-hyun Daniel "
        "Joshua",
        "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Shin Seo Kwon Hwang Ahn Song Yoo",
    ),
    Heritage(
        25,
        (("hy", 0.80), ("en", 0.20)),
        "Ani Mariam Nare Lilit Anahit Arpi Gayane Hasmik Lusine Mane Milena Nane Sona Tatevik",
        "Narek Davit Gor Hayk Tigran Aram Arman Levon Vahan Hovhannes Karen Samvel Sargis Vardan",
        "Hakobyan Grigoryan Sargsyan Harutyunyan Petrosyan Karapetyan Avetisyan Manukyan "
        "Hovhannisyan Gevorgyan Vardanyan Khachatryan Martirosyan Simonyan Baghdasaryan "
        "Ter-Petrosyan",
    ),
    Heritage(
        27,
        (("fil", 0.55), ("en", 0.45)),
        "Angelica Bea Camille Danica Janelle Kristine Maricel Nicole Patricia Rosalie Tala Ligaya",
        "Angelo Bayani Carlo Emmanuel Francis Gabriel Jericho John Paulo Marvin Rafael Vincent",
        "Santos Reyes Cruz Bautista Ocampo Mendoza Villanueva Aquino dela_Cruz Dizon Magsaysay "
        "Macaraeg Manalo Pangilinan Salonga Tolentino Dimaculangan",
    ),
    Heritage(
        20,
        (("zh", 0.74), ("en", 0.26)),
        "Mei Lili Xin Yan Jing Wen Ying Xue Yuhan Zixuan Shu-Fen Wing-Yan Hoi-Ting Michelle Vivian",
        "Wei Hao Jun Ming Bo Yichen Zihao Kai-Wen Chun-Hei Ho-Yin Kevin Jason Lü-Ming Guang Peng",
        "Chen Wang Li Zhang Liu Huang Wu Lin Chan Wong Leung Cheung Lü Ng Ho Lam Zhou Xu Sun Ma",
    ),
    Heritage(
        9,
        (("vi", 0.78), ("en", 0.22)),
        "Linh Thảo Phương Mai Hương Ngọc Lan Trang Thu Vy Quỳnh Như",
        "Minh Tuấn Hùng Khoa Đức Long Nam Phúc Quang Sơn Thành Việt",
        "Nguyễn Trần Lê Phạm Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý",
    ),
    Heritage(
        10,
        (("fa", 0.70), ("en", 0.30)),
        "Shirin Leila Nasrin Parisa Yasmin Mahsa Roya Azadeh Setareh Niloufar",
        "Dariush Kamran Reza Farhad Behrouz Omid Arash Siavash Kian Babak",
        "Ahmadi Hosseini Karimi Moradi Rahimi Jafari Tehrani Shirazi Farahani Kazemi Sadeghi",
    ),
    Heritage(
        8,
        (("ru", 0.76), ("en", 0.24)),
        "Anastasia Daria Ekaterina Polina Sofia Alina Ksenia Vera Yulia Zoya",
        "Dmitri Maxim Nikita Ivan Alexei Artem Mikhail Pavel Roman Kirill",
        "Ivanov Petrov Sidorenko Kuznetsov Popov Volkov Sokolov Kovalenko Bondarenko Melnyk Orlov",
    ),
    Heritage(
        6,
        (("ar", 0.75), ("en", 0.25)),
        "Fatima Aisha Nour Salma Rania Hana Zeinab Dalia",
        "Ahmed Omar Yusuf Hassan Karim Tariq Bilal Samir",
        "Haddad Khoury Mansour Nasser Saleh Hamdan Aziz Barakat Najjar",
    ),
)

SEXES = ("female", "male")
UNSPECIFIED = 2


def _words(text: str) -> list[str]:
    return [word.replace("_", " ") for word in text.split()]


class Pool:
    """All words of one kind in one column, with where each group begins and how long it is."""

    def __init__(self, groups: list[list[str]]) -> None:
        self.words = pl.Series("words", [word for group in groups for word in group])
        self.length = np.array([len(group) for group in groups], dtype=np.int64)
        self.first = np.concatenate([[0], np.cumsum(self.length)[:-1]])

    def draw(self, group: Ints, rng: np.random.Generator) -> pl.Series:
        """One word of each row's group; the first words of a group are the commoner ones."""
        rank = np.floor(self.length[group] * rng.random(len(group)) ** 1.35).astype(np.int64)
        return self.words.gather(self.first[group] + rank)


GIVEN = Pool([_words(names) for h in HERITAGES for names in (h.female, h.male)])
FAMILY = Pool([_words(h.family) for h in HERITAGES])
LANGUAGES = Pool([[language for language, _ in h.home] for h in HERITAGES])

_WEIGHTS = np.array([h.weight for h in HERITAGES], dtype=np.float64)
_SHARES = _WEIGHTS / _WEIGHTS.sum()
_TWO_SURNAMES = np.array([h.two_surnames for h in HERITAGES])
_FIRST_LANGUAGE = np.array([h.home[0][1] for h in HERITAGES])


def heritages(count: int, rng: np.random.Generator, mix: float = 0.5) -> Ints:
    """Heritages of ``count`` people of one place: the district's mix, varied by ``mix``."""
    shares = rng.dirichlet(_SHARES * 12 / mix)
    return rng.choice(len(HERITAGES), count, p=shares)


def given_names(heritage: Ints, sex: Ints, rng: np.random.Generator) -> pl.Series:
    """``sex`` is an index into SEXES, or UNSPECIFIED."""
    return GIVEN.draw(heritage * 2 + sex % 2, rng)


def family_names(heritage: Ints, rng: np.random.Generator) -> pl.Series:
    """One surname, or two where that is the custom."""
    first, second = FAMILY.draw(heritage, rng), FAMILY.draw(heritage, rng)
    both = pl.Series(rng.random(len(heritage)) < _TWO_SURNAMES[heritage])
    return pl.select(pl.when(both).then(first + " " + second).otherwise(first)).to_series()


def home_languages(heritage: Ints, rng: np.random.Generator) -> pl.Series:
    """BCP 47 codes of the languages spoken at home."""
    second = (rng.random(len(heritage)) >= _FIRST_LANGUAGE[heritage]).astype(np.int64)
    return LANGUAGES.words.gather(LANGUAGES.first[heritage] + second)
