"""Invite the first admin, or anybody, from the command line; prints the link for a password."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from revenue import people
from revenue.models import Role
from review.setup import links

BY = "system:command"


class Command(BaseCommand):
    help = "Invite somebody and print the link by which they choose a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("email")
        parser.add_argument("--role", choices=Role.values, default=Role.ADMIN)

    def handle(self, *, name: str, email: str, role: str, **options: Any) -> None:
        try:
            validate_email(email)
            user = people.invite(name=name, email=email, role=role, team=None, by=BY)
        except ValidationError as error:
            raise CommandError(f"“{email}” is not an e-mail address.") from error
        except people.PeopleError as error:
            raise CommandError(str(error)) from error
        link = links.make(user, by=BY)
        self.stdout.write(f"{user} is invited as {role}. {link.words}\n{link.url}")
