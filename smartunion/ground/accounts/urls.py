"""Signing in and out, my account, accounts on the desk."""

from django.urls import path

from smartunion.ground.accounts.views import desk, me, phone, second, security, signin, wechat

app_name = "accounts"
urlpatterns = [
    path("signin/", signin.phone, name="signin"),
    path("signin/code/", signin.code, name="code"),
    path("signin/resend/", signin.resend, name="resend"),
    path("signin/staff/", signin.staff, name="signin_staff"),
    path("signin/demo/", signin.demo, name="signin_demo"),
    path("signin/totp/", second.totp_page, name="totp"),
    path("signin/enrol/", second.enrol, name="enrol"),
    path("signin/password/", second.new_password, name="new_password"),
    path("signin/wechat/", wechat.start, name="wechat"),
    path("signin/wechat/back/", wechat.back, name="wechat_back"),
    path("signout/", signin.signout, name="signout"),
    path("me/account/", me.account, name="account"),
    path("me/contact/", me.contact, name="contact"),
    path("me/phone/", phone.new_number, name="phone"),
    path("me/phone/code/", phone.prove, name="phone_code"),
    path("me/role/", me.act_as, name="act_as"),
    path("me/not-me/", me.not_me, name="not_me"),
    path("me/access-log/", me.access_log, name="access_log"),
    path("me/consents/", me.consent_list, name="consents"),
    path("me/consents/<int:consent_id>/withdraw/", me.withdraw_consent, name="withdraw_consent"),
    path("me/security/", security.security, name="security"),
    path("me/password/", security.password, name="password"),
    path("me/totp/", security.set_up_totp, name="set_up_totp"),
    path("me/totp/remove/", security.remove_totp, name="remove_totp"),
    path("me/totp/codes/", security.renew_codes, name="renew_codes"),
    path("me/browsers/<int:sign_in_id>/end/", security.end_sign_in, name="end_sign_in"),
    path("me/browsers/end-others/", security.end_others, name="end_others"),
    path("me/tokens/new/", security.new_token, name="new_token"),
    path("me/tokens/<int:token_id>/revoke/", security.revoke_token, name="revoke_token"),
    path("me/wechat/<int:identity_id>/unlink/", security.unlink_wechat, name="unlink_wechat"),
    path("desk/accounts/", desk.staff, name="staff"),
    path("desk/accounts/new/", desk.new_staff, name="new_staff"),
    path("desk/accounts/<int:user_id>/", desk.staff_page, name="staff_page"),
    path("desk/accounts/<int:user_id>/grant/", desk.grant, name="grant"),
    path("desk/accounts/roles/<int:grant_id>/revoke/", desk.revoke, name="revoke"),
    path("desk/accounts/<int:user_id>/password/", desk.reset_password, name="reset_password"),
    path("desk/accounts/<int:user_id>/totp/", desk.reset_totp, name="reset_totp"),
    path("desk/accounts/<int:user_id>/active/", desk.set_active, name="set_active"),
]
