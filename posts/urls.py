"""The addresses of drafting and of a post's own page; deciding on posts is in `urls_review.py`."""

from django.urls import path

from posts.views import case, composer, elections, settling, taking_away

urlpatterns = [
    path("posts/", case.post_list, name="post_list"),
    path("posts/new/", composer.post_new, name="post_new"),
    path("posts/counters/", composer.post_counters, name="post_counters"),
    path("posts/<int:pk>/", case.post_detail, name="post_detail"),
    path("posts/<int:pk>/edit/", composer.post_edit, name="post_edit"),
    path("posts/<int:pk>/correct/", case.post_correct, name="post_correct"),
    path("posts/<int:pk>/rest/", case.post_rest, name="post_rest"),
    path("posts/<int:pk>/take-back/", case.post_take_back, name="post_take_back"),
    path("posts/<int:pk>/cancel/", case.post_cancel, name="post_cancel"),
    path("posts/<int:pk>/withdraw/", taking_away.post_withdraw, name="post_withdraw"),
    path("deliveries/<int:pk>/gone/", taking_away.delivery_gone, name="delivery_gone"),
    path("city/elections/<int:pk>/", elections.election_detail, name="election_detail"),
    path("deliveries/<int:pk>/settle/", settling.delivery_settle, name="delivery_settle"),
    path("deliveries/<int:pk>/after-all/", settling.delivery_after_all, name="delivery_after_all"),
]
