"""What the CRM will not take is cut or dropped, and the record goes again: for one and for many alike."""

from dataclasses import dataclass, replace

from app.delivery.courier.known_drops import KnownDrops
from app.delivery.courier.member import Member
from app.domain.errors import CrmError
from app.domain.record import Written


@dataclass(frozen=True)
class Dropping:
    """Changes what a member sends, by what is `known` of its rule and by what it was refused for."""

    known: KnownDrops

    def refresh(self, member: Member) -> None:
        """From now on it leaves out what is known to be refused. Who tries again whether that is over goes alone."""
        config, rule, sending = member.config, member.rule, member.sending
        left_out = sending.leave_out(*self.known.of(config, rule, sending.record))
        member.sending = left_out.within(self.known.limits.of(config, rule))
        if member.sending.tried:
            member.most = 1

    def refused(self, member: Member, error: CrmError) -> bool:
        """Whether it goes again, as it is to be sent then. What concerns the whole rule is remembered."""
        sending = member.sending
        following = sending.after(error)
        if following is None:
            return False
        # How long a value is says nothing of the next one.
        names = [name for name in sending.at_fault(error) if name not in error.too_long]
        self.known.learn(member.config, member.rule, sending.whole, names, error)
        self.known.limits.learn(member.config, member.rule, sending.shorter(error), error)
        member.sending = following
        return True

    def written(self, member: Member, written: Written) -> Written:
        """The result, with what the record was made without."""
        if written.created:
            self.known.worked(member.config, member.rule, member.sending.record)
        # What is found after such a call, that call may have made.
        in_doubt = written.in_doubt or (member.unknown is not None and not written.created)
        return replace(member.sending.written(written), in_doubt=in_doubt)
