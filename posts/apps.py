from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "posts"
    verbose_name = "投稿"

    def ready(self) -> None:
        from posts import events, triggers

        events.register()
        triggers.register()
