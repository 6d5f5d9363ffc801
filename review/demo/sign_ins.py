"""The documented demo passwords, as long as they open anything."""

from revenue.models import User
from review.demo import book


def logins() -> list[tuple[str, str, str]]:
    """Role, user name and password of each demo person who can still sign in with it."""
    users = User.objects.filter(is_demo=True, is_active=True).in_bulk(field_name="username")
    return [
        (role, name, password)
        for role, name, password, *_ in book.PEOPLE
        if name in users and users[name].check_password(password)
    ]
