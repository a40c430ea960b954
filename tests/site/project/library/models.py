from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey, GenericRelation
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse


class Author(models.Model):
    name = models.CharField(max_length=60, unique=True)
    born = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("author", args=[self.pk])


class Genre(models.Model):
    name = models.CharField(max_length=30, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class BookQuerySet(models.QuerySet):
    def long(self):
        return self.filter(pages__gte=500)


class Book(models.Model):
    title = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="books")
    genres = models.ManyToManyField(Genre, blank=True, related_name="books")
    published = models.DateField()
    pages = models.PositiveIntegerField(default=100)
    price = models.DecimalField(max_digits=6, decimal_places=2, default=10)
    is_lent = models.BooleanField(default=False)
    details = models.JSONField(default=dict, blank=True)
    cover = models.FileField(
        upload_to="covers/", blank=True, validators=[FileExtensionValidator(["txt", "svg", "bin"])]
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    reviews = GenericRelation("Review")

    objects = BookQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        permissions = [("lend_book", "Can lend books")]
        constraints = [
            models.UniqueConstraint(
                Lower("title"),
                "author",
                name="title_once_per_author",
                violation_error_message="This author has a book of this title.",
            ),
            models.CheckConstraint(
                condition=models.Q(pages__gte=1),
                name="pages_at_least_one",
                violation_error_message="A book has a page at least.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("book", args=[self.slug])

    def clean(self):
        if self.title.isupper():
            raise ValidationError({"title": "Do not shout."})


class Page(models.Model):
    """A page of a book that somebody scanned."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="scans")
    number = models.PositiveIntegerField()
    text = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["number"]
        unique_together = [("book", "number")]

    def __str__(self):
        return f"{self.book}, page {self.number}"


class Loan(models.Model):
    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="loans")
    reader = models.CharField(max_length=40)
    day = models.DateField()
    returned = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["day", "pk"]

    def __str__(self):
        return f"{self.book} to {self.reader}"


class Review(models.Model):
    """What somebody thinks of a book, or of an author."""

    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    object_id = models.PositiveBigIntegerField()
    subject = GenericForeignKey()
    stars = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"{self.stars} stars for {self.subject}"


class Attachment(models.Model):
    file = models.FileField(upload_to="attachments/%Y/")
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.file.name


class Trace(models.Model):
    """What the signals have seen."""

    text = models.CharField(max_length=100)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.text
