from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "職員と公式アカウント台帳"

    def ready(self) -> None:
        from accounts import checks, events, triggers

        events.register()
        triggers.register()
        checks.connect()
