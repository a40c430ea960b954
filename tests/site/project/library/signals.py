from django.db.models.signals import m2m_changed, post_save, pre_delete
from django.dispatch import Signal, receiver

from .models import Book, Loan, Trace

returned = Signal()


@receiver(post_save, sender=Loan)
def note_loan(instance, created, **kwargs):
    if created:
        Trace.objects.create(text=f"lent {instance}")


@receiver(pre_delete, sender=Loan)
def note_deleted_loan(instance, **kwargs):
    Trace.objects.create(text=f"deleted {instance}")


@receiver(m2m_changed, sender=Book.genres.through)
def note_genres(instance, action, pk_set, **kwargs):
    if action.startswith("post_"):
        Trace.objects.create(text=f"{action} {instance}: {sorted(pk_set or [])}")


@receiver(returned)
def note_returned(sender, loan, **kwargs):
    Trace.objects.create(text=f"returned {loan}")
