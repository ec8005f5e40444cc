"""Addresses of operation policies, of the register, and of the published city site."""

from django.urls import URLPattern, path, re_path

from policies.views import deciding, editing, listing, register, site

urlpatterns: list[URLPattern] = [
    path("policies/", listing.policy_list, name="policy_list"),
    path("policies/accounts/<int:pk>/edit/", editing.policy_edit, name="policy_edit"),
    path("policies/versions/<int:pk>/", listing.policy_detail, name="policy_detail"),
    path("policies/versions/<int:pk>/decide/", deciding.policy_decide, name="policy_decide"),
    path("policies/versions/<int:pk>/return/", deciding.policy_return, name="policy_return"),
    path("policies/versions/<int:pk>/publish/", deciding.policy_publish, name="policy_publish"),
    path("register/", register.register, name="register"),
    path("register/request/", register.account_request, name="account_request"),
    path("register/<int:pk>/", register.account_detail, name="account_detail"),
    path("register/<int:pk>/credential/", register.account_credential, name="account_credential"),
    re_path(
        r"^register/(?P<pk>\d{1,18})/(?P<verb>approve|open|suspend|resume|close)/$",
        register.account_act,
        name="account_act",
    ),
    path("site/", site.site_page, name="site_page"),
    path("site/<path:path>", site.site_page, name="site_page"),
]
