"""Where a post stands, as somebody says: whether it is this account's page, and nobody else's post. Reading only."""

from accounts.connections import TRAINING
from platforms.pages import WITHOUT_PAGES, post_id, same_post, whose
from posts.models import Delivery
from rules.asked import Asked


def asked_of(delivery: Delivery, url: str, *, no_url: bool, reason: str = "") -> Asked:
    """What somebody says, with what can be known of the address. That there is none counts only where none is shown."""
    address = url.strip()
    return Asked(
        reason=reason,
        url=address,
        no_url=no_url and shows_no_page(delivery),
        page=_page(delivery, address),
        page_of=_page_of(delivery, address),
    )


def shows_no_page(delivery: Delivery) -> bool:
    """Whether the network may show no address of a post."""
    account = delivery.social_account
    return account.network in WITHOUT_PAGES or account.connection == TRAINING


def _page(delivery: Delivery, address: str) -> str:
    """What is no address at all has its own refusal."""
    if not address.startswith(("http://", "https://")):
        return ""
    account = delivery.social_account
    return whose(account.network, handle=account.handle, home=account.url, url=address)


def _page_of(delivery: Delivery, address: str) -> str:
    """The number of another post whose page it is already: one post there answers for one of ours."""
    network = delivery.social_account.network
    sought = post_id(network, address) or address.split("?")[0].rstrip("/").rpartition("/")[2]
    if not sought:
        return ""
    others = Delivery.objects.filter(social_account=delivery.social_account_id, remote_url__contains=sought)
    known = others.exclude(pk=delivery.pk).select_related("post")
    return next((row.post.number for row in known if same_post(network, row.remote_url, address)), "")
