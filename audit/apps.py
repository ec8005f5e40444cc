from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = "記録"

    def ready(self) -> None:
        from audit import guards, wiring

        guards.register()
        wiring.connect(self)
