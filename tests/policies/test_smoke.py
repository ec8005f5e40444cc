from tests.support.cast import make_cast, make_account
import pytest
@pytest.mark.django_db
def test_x(now):
    c=make_cast(); a=make_account(c, connection="api"); assert a.state=="in_operation"
    from policies.queries import with_policy
    from accounts.models import SocialAccount
    from datetime import date
    print(list(with_policy(SocialAccount.objects.all(), date(2026,11,20)).values_list("policy_categories")))
    from django.conf import settings
    import subprocess
    print(subprocess.run(["find",str(settings.SITE_FOLDER)],capture_output=True,text=True).stdout)
    print((settings.SITE_FOLDER/"current/index.html").read_text())
    print((settings.SITE_FOLDER/"current/register.csv").read_text())
    print((settings.SITE_FOLDER/"current/accounts/x-mima_kanko_demo/index.html").read_text())
