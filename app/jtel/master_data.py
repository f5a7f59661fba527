"""The calls for groups, users and service numbers. Source: the pages "Master Data REST API - …" in jtel's wiki."""

from app.jtel.asking import Asking
from app.jtel.records import AcdGroup, ServiceNumber, User


class MasterDataCalls(Asking):
    """Each may raise `JtelError`: 401 for a wrong token, 404 where an id is of nothing, 500 where jtel fails."""

    def groups(self) -> list[AcdGroup]:
        """All ACD groups, ordered by Name. `GET /acd/groups`"""
        return self.all("groups", AcdGroup)

    def group(self, id: int) -> AcdGroup:  # noqa: A002
        """The group with this AcdGroupsID. `GET /acd/groups/group/{AcdGroupsID}`"""
        return self.record("group", AcdGroup, id=id)

    def groups_named(self, part: str) -> list[AcdGroup]:
        """The groups with this text in their name. `GET /acd/groups/group`"""
        return self.all("groups_named", AcdGroup, part=part)

    def users(self) -> list[User]:
        """All users, ordered by UID. `GET /users`"""
        return self.all("users", User)

    def user(self, id: int) -> User:  # noqa: A002
        """The user with this UsersID. `GET /users/user/{UsersID}`"""
        return self.record("user", User, id=id)

    def service_numbers(self) -> list[ServiceNumber]:
        """All service numbers, ordered by Name2. `GET /serviceNumbers`"""
        return self.all("service_numbers", ServiceNumber)

    def service_number(self, id: int) -> ServiceNumber:  # noqa: A002
        """The service number with this id. `GET /serviceNumbers/serviceNumber/{ServiceNumbersID}`"""
        return self.record("service_number", ServiceNumber, id=id)
