"""What the ORM says: a view for each thing to ask, which answers with lines."""

from datetime import date
from decimal import Decimal

from desk.responses import action, lines
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.db.models import (
    Avg,
    Case,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Prefetch,
    Q,
    StdDev,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import (
    Coalesce,
    Concat,
    ExtractYear,
    Lag,
    Length,
    Rank,
    RowNumber,
    TruncMonth,
    Upper,
)
from django.http import Http404

from .models import Author, Book, Genre, Loan, Page, Review, Trace
from .signals import returned

VIEWS = []


def asked(function):
    """Make a view of a function that gives the lines of its answer."""

    def view(request):
        actions = [action("Do it", request.path)] if function.__doc__ else []
        if actions and request.method != "POST":
            return lines(request, "Before", actions=actions)
        return lines(request, function.__name__, *function(), actions=actions)

    view.__name__ = function.__name__
    VIEWS.append(view)
    return function


@asked
def aggregates():
    found = Book.objects.aggregate(Count("pk"), Sum("pages"), Avg("pages"), Max("price"))
    spread = Book.objects.aggregate(spread=StdDev("pages"))["spread"]
    return [*(f"{name}: {found[name]}" for name in sorted(found)), f"spread: {spread:.3f}"]


@asked
def annotations():
    authors = Author.objects.annotate(count=Count("books"), total=Sum("books__price"))
    return [f"{each.name}: {each.count}, {each.total}" for each in authors.order_by("-count", "pk")]


@asked
def grouped():
    months = Loan.objects.annotate(month=TruncMonth("day")).values("month")
    years = Loan.objects.values(year=ExtractYear("day")).annotate(n=Count("pk")).order_by("year")
    return [
        *(
            f"{each['month']}: {each['n']}"
            for each in months.annotate(n=Count("pk")).order_by("month")
        ),
        *(f"{each['year']}: {each['n']}" for each in years),
    ]


@asked
def subqueries():
    longest = Book.objects.filter(author=OuterRef("pk")).order_by("-pages").values("title")[:1]
    is_lent = Exists(Loan.objects.filter(book__author=OuterRef("pk")))
    authors = Author.objects.annotate(longest=Subquery(longest), is_lent=is_lent)
    return [f"{each.name}: {each.longest}, {each.is_lent}" for each in authors]


@asked
def windows():
    by_author = {"partition_by": F("author"), "order_by": F("pages").desc()}
    books = Book.objects.annotate(
        rank=Window(Rank(), **by_author),
        row=Window(RowNumber(), order_by=F("pages").asc()),
        before=Window(Lag("title", default=Value("none")), **by_author),
    )
    return [
        f"{each.title}: {each.rank}, {each.row}, {each.before}"
        for each in books.filter(rank=1).order_by("row")
    ]


@asked
def conditions():
    either = Book.objects.filter(Q(pages__gt=600) | Q(author__name__startswith="Jane"))
    neither = Book.objects.exclude(Q(genres__name="Novel") | Q(genres__name="Horror"))
    one = Book.objects.filter(Q(genres__name="Novel") ^ Q(pages__lt=300)).distinct()
    return [
        ", ".join(each.title for each in found.order_by("title"))
        for found in (either, neither, one)
    ]


@asked
def expressions():
    length = Case(When(pages__gte=500, then=Value("long")), default=Value("short"))
    books = Book.objects.annotate(
        length=length,
        label=Concat(Upper("title"), Value(" by "), "author__name"),
        each=F("price") * 100 / F("pages"),
        last=Coalesce(Max("loans__day"), date(1999, 1, 1)),
        letters=Length("title"),
    )
    return [
        f"{each.label}, {each.length}, {each.each:.2f}, {each.last}, {each.letters}"
        for each in books.order_by("-letters")[:3]
    ]


@asked
def lookups():
    books = Book.objects.order_by("title")
    found = {
        "regex": books.filter(title__regex=r"^[A-F]\w+$"),
        "iregex": books.filter(title__iregex=r"man"),
        "in": books.filter(author__in=Author.objects.filter(name__startswith="É")),
        "range": books.filter(published__range=(date(1815, 1, 1), date(1818, 12, 31))),
        "year": books.filter(published__year__gte=1880),
        "week": Loan.objects.filter(day__week=2).values_list("reader"),
        "isnull": books.filter(loans__isnull=True),
        "moment": Loan.objects.filter(returned__date="2024-01-08").values_list("book__title"),
    }
    return [
        f"{name}: {', '.join(str(each[0]) if type(each) is tuple else str(each) for each in some)}"
        for name, some in found.items()
    ]


@asked
def json_queries():
    books = Book.objects.order_by("title")
    found = {
        "path": books.filter(details__place__sea="Pacific"),
        "key": books.filter(details__has_key="heroine"),
        "list": books.filter(details__animals__0="whale"),
        "null": books.filter(details__place=None),
        "exact": books.filter(details={"heroine": "Emma"}),
    }
    first = books.filter(details__place__isnull=False).values_list("details__place__sea", flat=True)
    return [*(f"{name}: {[str(each) for each in some]}" for name, some in found.items()), *first]


@asked
def sets():
    short = Book.objects.filter(pages__lt=300).order_by().values_list("title")
    old = Book.objects.filter(published__year__lt=1818).order_by().values_list("title")
    both = (short.union(old), short.intersection(old), short.difference(old))
    return [", ".join(title for (title,) in found.order_by("title")) for found in both]


@asked
def distinct_dates():
    return [
        ", ".join(str(each) for each in Loan.objects.dates("day", "month")),
        ", ".join(str(each.date()) for each in Loan.objects.datetimes("returned", "day")),
        str(Loan.objects.values("reader").distinct().count()),
        str(Loan.objects.latest("day").day),
    ]


@asked
def counted_queries():
    count = 0

    def counting(execute, *given):
        nonlocal count
        count += 1
        return execute(*given)

    with connection.execute_wrapper(counting):
        lent = Loan.objects.select_related("book__author")
        names = {loan.book.author.name for loan in lent}
        books = Book.objects.prefetch_related("genres", Prefetch("loans", to_attr="lent"))
        listed = [(len(book.genres.all()), len(book.lent)) for book in books]
        Author.objects.only("name").first().born  # noqa: B018
    return [str(count), str(len(names)), str(listed[0])]


@asked
def raw_sql():
    with connection.cursor() as cursor:
        cursor.execute("SELECT title FROM library_book WHERE pages > %s ORDER BY pages", [590])
        rows = cursor.fetchall()
    raw = Book.objects.raw("SELECT id, title, pages * 2 AS doubled FROM library_book WHERE id = 1")
    return [str(rows), *(f"{each.title}: {each.doubled}" for each in raw), connection.vendor]


@asked
def field_expressions():
    """Change rows by what they are."""
    Book.objects.filter(author=1).update(pages=F("pages") + 1, price=F("price") * Decimal("1.5"))
    emma = Book.objects.get(title="Emma")
    emma.pages = F("pages") - 100
    emma.save()
    emma.refresh_from_db()
    return [f"{each.title}: {each.pages}, {each.price}" for each in Book.objects.filter(author=1)]


@asked
def in_bulk():
    """Create, change and find many at once."""
    genres = Genre.objects.bulk_create(Genre(name=f"Genre {n:03}") for n in range(1200))
    for genre in genres:
        genre.name = genre.name.replace("Genre", "Kind")
    changed = Genre.objects.bulk_update(genres, ["name"], batch_size=300)
    found = Genre.objects.in_bulk([genres[0].pk, genres[-1].pk])
    again = Genre.objects.bulk_create([Genre(name="Novel")], ignore_conflicts=True)
    Genre.objects.bulk_create(
        [Genre(name="Sea", pk=3)],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name"],
    )
    return [
        str(changed),
        str([each.name for each in found.values()]),
        str(Genre.objects.count() + 0 * len(again)),
        str(Genre.objects.filter(name__startswith="Kind").delete()[0]),
    ]


@asked
def get_or_create():
    """Find or make one."""
    first, is_new = Author.objects.get_or_create(name="Kate Chopin", defaults={"born": None})
    second, is_new_again = Author.objects.get_or_create(name="Kate Chopin")
    third, is_third = Author.objects.update_or_create(
        name="Kate Chopin", defaults={"born": date(1850, 2, 8)}
    )
    return [f"{is_new}, {is_new_again}, {is_third}", f"{first.pk == second.pk}, {third.born}"]


@asked
def many_to_many():
    """Add, remove, set and clear genres."""
    book = Book.objects.get(title="Nana")
    said = []
    book.genres.add(1, 2)
    said.append(str(list(book.genres.all())))
    book.genres.remove(1)
    said.append(str(list(book.genres.all())))
    book.genres.set([1, 3])
    said.append(str(list(book.genres.all())))
    book.genres.create(name="Paris")
    said.append(str(book.genres.count()))
    book.genres.clear()
    said.append(str(book.genres.exists()))
    return [*said, *Trace.objects.values_list("text", flat=True)]


@asked
def generic_relations():
    """Review a book and an author."""
    emma = Book.objects.get(title="Emma")
    emma.reviews.create(stars=4, text="Matchmaking")
    Review.objects.create(subject=emma.author, stars=5)
    book_type = ContentType.objects.get_for_model(Book)
    rated = Book.objects.annotate(mean=Avg("reviews__stars")).filter(mean__isnull=False)
    return [
        *(str(review) for review in Review.objects.prefetch_related("subject")),
        str(Review.objects.filter(content_type=book_type).count()),
        *(f"{each}: {each.mean}" for each in rated),
    ]


@asked
def signals():
    """Lend and take back, with receivers that listen."""
    loan = Loan.objects.create(book_id=1, reader="Zoe", day=date(2025, 5, 5))
    loan.save()
    said = returned.send_robust(sender=Loan, loan=loan)
    loan.delete()
    return [*Trace.objects.values_list("text", flat=True), str(len(said))]


@asked
def cascades():
    """Delete what others point at."""
    Page.objects.create(book_id=4, number=1)
    count, each = Book.objects.get(pk=4).delete()
    return [str(count), *(f"{name}: {each[name]}" for name in sorted(each))]


@asked
def integrity():
    """Break constraints of the database, and go on."""
    said = []
    broken = (
        lambda: Author.objects.create(name="Jane Austen"),
        lambda: Book.objects.filter(pk=1).update(pages=0),
        lambda: Loan.objects.filter(pk=1).update(reader=None),
        lambda: Page.objects.bulk_create([Page(book_id=1, number=1), Page(book_id=1, number=1)]),
    )
    for each in broken:
        try:
            with transaction.atomic():
                each()
        except IntegrityError as error:
            said.append(str(error))
    try:
        with transaction.atomic():
            Loan.objects.filter(pk=1).update(book=999)
            connection.check_constraints()
    except IntegrityError as error:
        said.append(type(error).__name__)
    return [*said, str(Author.objects.count())]


@asked
def missing():
    try:
        Book.objects.get(title="Ulysses")
    except Book.DoesNotExist as error:
        raise Http404(str(error)) from error
