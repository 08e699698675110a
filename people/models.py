"""Who you are: the person, the browser that is signed in, the PIN that confirms a payment, and its reset.

A person signs in by e-mail. The PIN is never stored: `mac` is a keyed verification value under a
pepper that stands outside the database (`people/core/pin.py`).
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower, Now

from base.ids import new_id

MAX_WRONG_TRIES = 5


class UserManager(BaseUserManager["User"]):
    """What allauth and `createsuperuser` call; nothing clever."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, **fields)


class User(AbstractBaseUser):
    """A person. `is_staff` marks the platform's operators; all other roles are memberships."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(db_default=Now())

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            # Two accounts that differ in letter case would be two wallets of one mailbox.
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
        ]

    def __str__(self) -> str:
        return self.email


class BrowserSession(AbstractBaseSession):
    """What a browser's cookie stands for. person: who is signed in there, the same as in its signed data."""

    person = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="browser_sessions")

    def __str__(self) -> str:
        return f"session of {self.person_id or 'nobody'}"  # never its key: whoever has it is signed in


class Pin(models.Model):
    """The payer's PIN as a keyed verification value; tries are counted here, not in a cache."""

    person = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="pin")
    key_id = models.PositiveSmallIntegerField()
    salt = models.BinaryField(max_length=16)
    mac = models.BinaryField(max_length=32)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    blocked_at = models.DateTimeField(null=True)
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # The sixth try is impossible, whatever the code does.
            models.CheckConstraint(
                condition=models.Q(wrong_tries__lte=MAX_WRONG_TRIES), name="pin_tries_bounded"
            )
        ]

    def __str__(self) -> str:
        return f"PIN of {self.person_id}"


class PinReset(models.Model):
    """A wish to set a new PIN: by mail, usable only after a wait in which the owner can stop it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="pin_resets")
    token_sha256 = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    ready_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("ready_at")), name="pin_reset_times"
            ),
            # One open wish a person: a newer one ends the older.
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_at=None), name="pin_reset_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"PIN reset of {self.person_id}"


class Residence(models.Model):
    """Where a person lives, since when and by whose word. Only ever added to; decides no tax."""

    class Source(models.TextChoices):
        STATED = "stated"
        BANK = "bank"
        OPERATOR = "operator"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="residences", db_index=False)
    country = models.CharField(max_length=2)
    source = models.CharField(max_length=10, choices=Source.choices)
    declared_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(country__regex="^[A-Z]{2}$"), name="residence_country"),
            models.CheckConstraint(
                condition=models.Q(source__in=["stated", "bank", "operator"]), name="residence_source_known"
            ),
        ]
        indexes = [models.Index(fields=["person", "declared_at"], name="residence_newest")]

    def __str__(self) -> str:
        return f"residence of {self.person_id}"
