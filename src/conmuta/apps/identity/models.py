"""People who sign in, and what they may do in which company."""

from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from conmuta.platform.models import OperatorModel, ScopedManager, TenantModel


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **facts: Any) -> "User":
        user = self.model(email=email.strip().lower(), **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person, of one tenant or of the platform. An address is one person's everywhere."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, blank=True, default="")
    is_active = models.BooleanField(default=True)
    is_platform_administrator = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class AccessProfile(TenantModel):
    """A named set of permissions (`conmuta.apps.identity.permissions`)."""

    name = models.CharField(max_length=80)
    permissions = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="profile_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """A person in a tenant. `username` is the short name that the company knows them by."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    username = models.CharField(max_length=64)
    telephone = models.CharField(max_length=40, blank=True, default="")
    profile = models.ForeignKey(AccessProfile, on_delete=models.RESTRICT, related_name="members")
    is_active = models.BooleanField(default=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "user"], name="membership_once"),
            models.UniqueConstraint(fields=["tenant", "username"], name="membership_username"),
        ]

    def __str__(self) -> str:
        return self.username


class OperatorMembership(OperatorModel):
    """A person of an operator, and what they may do there (`permissions.OperatorPermission`)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="operator_memberships")
    username = models.CharField(max_length=64)
    permissions = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)

    class Meta(OperatorModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "user"], name="operator_membership_once"),
            models.UniqueConstraint(
                fields=["operator", "username"], name="operator_membership_username"
            ),
        ]

    def __str__(self) -> str:
        return self.username


class PasswordLink(models.Model):
    """A way to set one's password once. Known here by SHA-256 alone."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_links")
    sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} until {self.expires_at}"


class SignInPlace(models.Model):
    """A network from which a person has signed in, and its country ("": none is known)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_places")
    network = models.CharField(max_length=64)
    country = models.CharField(max_length=2, blank=True, default="")
    first_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "network", "country"], name="sign_in_place_once"
            ),
        ]

    def __str__(self) -> str:
        return self.network


class ApiToken(models.Model):
    """A program's key: a tenant's, an operator's, or (neither) the platform's.

    Known here by SHA-256 alone; `prefix` is what is shown of it.
    """

    tenant = models.ForeignKey(
        "tenancy.Tenant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    operator = models.ForeignKey(
        "tenancy.Operator", on_delete=models.CASCADE, null=True, related_name="+"
    )
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=100)
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    countries = models.JSONField(default=list)
    """From where it was used; `-` for where no country is known."""
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager("tenant_id", "operator_id")
    guarded = models.Manager()

    class Meta:
        default_manager_name = "guarded"
        base_manager_name = "guarded"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "operator", "name"],
                condition=models.Q(revoked_at__isnull=True),
                nulls_distinct=False,
                name="token_name",
            ),
            models.CheckConstraint(
                condition=models.Q(tenant__isnull=True) | models.Q(operator__isnull=True),
                name="token_of_one",
            ),
        ]

    def __str__(self) -> str:
        return self.name
