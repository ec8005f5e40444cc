"""`manage.py rotate_credential_keys`: seal every stored credential again, under the first key of the ring."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import vault
from accounts.actions.credentials import rotate


class Command(BaseCommand):
    help = "認証情報を、CREDENTIAL_KEYS の先頭の鍵で封じ直します。"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = rotate(now=timezone.now(), by="manage.py rotate_credential_keys")
        except vault.VaultError as error:
            raise CommandError(
                f"{error} 何も変えていません。古い鍵を鍵束に戻してから、もう一度実行してください。"
            ) from error
        self.stdout.write(f"{count}件の認証情報を、鍵「{vault.active_key_id()}」で封じ直しました。")
