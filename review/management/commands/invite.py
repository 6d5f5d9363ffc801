"""Invite the first admin, or anybody, from the command line; prints the link for a password."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from revenue import people
from revenue.models import Role, User
from review.setup import links

BY = "system:command"


class Command(BaseCommand):
    help = "Invite somebody and print the link by which they choose a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("email")
        parser.add_argument("--role", choices=Role.values, default=Role.ADMIN)
        parser.add_argument(
            "--again", action="store_true", help="a fresh link for somebody who is invited already"
        )

    def handle(self, *, name: str, email: str, role: str, again: bool, **options: Any) -> None:
        known = User.objects.filter(email__iexact=email.strip()).first()
        if again and known:
            self._print(known, f"{known} is invited as {known.role}.")
            return
        try:
            validate_email(email)
            user = people.invite(name=name, email=email, role=role, team=None, by=BY)
        except ValidationError as error:
            raise CommandError(f"“{email}” is not an e-mail address.") from error
        except people.PeopleError as error:
            advice = " Add --again for a fresh link." if known else ""
            raise CommandError(f"{error}{advice}") from error
        self._print(user, f"{user} is invited as {user.role}.")

    def _print(self, user: User, said: str) -> None:
        try:
            link = links.make(user, by=BY)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{said} {link.words}\n{link.url}")
