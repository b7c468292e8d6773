from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from petitions import config
from petitions.wiring.base import (
    attachment_files,
    clock,
    coordinators_judge,
    in_force,
    once,
    petitions_store,
    publisher,
    reference_in_force,
    settings_of,
    timekeeping,
)

if TYPE_CHECKING:
    from petitions.adapters.reference import ReferenceSet
    from petitions.domain.notices.channels import ZaloTemplate
    from petitions.ports.zalo import TokenVault
    from petitions.usecases.conversation.recover_messages import RecoverMessages
    from petitions.usecases.conversation.take_feedback import TakeFeedback
    from petitions.usecases.notices.echo_flow import EchoFlow
    from petitions.usecases.notices.send_notice import SendNotice
    from petitions.usecases.notices.sending_limits import MinuteBudget, SendingSwitch
    from petitions.usecases.notices.settle_notice import SettleNotice
    from petitions.usecases.notices.sweep_notices import SweepNotices
    from petitions.usecases.zalo.zalo_consent import TakeConsent
    from petitions.usecases.zalo.zalo_tokens import ZaloTokens


@once
def zalo_tokens() -> ZaloTokens:
    """Return the Official Account's access tokens, which are kept in a separate database."""
    from petitions.adapters.firestore import FirestoreStore
    from petitions.adapters.ids import RandomIds
    from petitions.adapters.zalo import ZaloTokenEndpoint
    from petitions.domain.zalo.grant import ZaloGrant
    from petitions.usecases.zalo.zalo_tokens import ZaloTokens

    settings = settings_of(config.NotificationsSettings)
    return ZaloTokens(
        store=FirestoreStore(settings.project, settings.channel_database),
        oauth=ZaloTokenEndpoint(settings.oauth_url, settings.openapi_url, settings.app_id, settings.app_secret_key),
        clock=clock(),
        ids=RandomIds(),
        first=ZaloGrant(
            project=settings.project,
            app_id=settings.app_id,
            oa_id=settings.oa_id,
            refresh_token=settings.refresh_token,
        ),
        vault=_vault(settings.tokens_vault),
        sleep=time.sleep,
        consent_url=f"{settings.desk_url}/zalo",
    )


def _vault(name: str) -> TokenVault:
    """Return the fallback store for tokens that the database rejected: a file if `name` is a path, else a secret."""
    from petitions.adapters.token_vault import FileVault, SecretVault

    return FileVault(Path(name)) if name.startswith("/") else SecretVault(name)


@once
def take_consent() -> TakeConsent:
    """Return the use case that stores the tokens after the owner has authorized the Official Account."""
    from petitions.usecases.notices.read_sending import wake_refused
    from petitions.usecases.zalo.zalo_consent import TakeConsent

    oa_id = settings_of(config.NotificationsSettings).oa_id
    wake = partial(wake_refused, petitions_store(), clock())
    return TakeConsent(petitions_store(), clock(), zalo_tokens(), oa_id, wake)


@once
def send_notice() -> SendNotice:
    from petitions.adapters.ids import RandomIds
    from petitions.adapters.mail import SmtpMailer
    from petitions.adapters.zalo import ZaloApi, ZaloConversations
    from petitions.domain.notices.channels import AccountTerms
    from petitions.usecases.notices.find_evidence import FindEvidence
    from petitions.usecases.notices.prepare_notice import PrepareNotice
    from petitions.usecases.notices.send_notice import SendNotice
    from petitions.usecases.notices.send_part import SendPart
    from petitions.usecases.notices.send_zalo import SendZalo

    settings = settings_of(config.NotificationsSettings)
    messages = ZaloApi(settings.openapi_url, settings.business_url)
    terms = AccountTerms(settings.paid_messages, _templates(settings.templates), settings.public_url)
    return SendNotice(
        store=petitions_store(),
        clock=clock(),
        ids=RandomIds(),
        part=SendPart(
            SendZalo(zalo_tokens(), messages, minute_budget()),
            attachment_files,
            f"{settings.public_url}/assets/contact.png",
        ),
        mailer=SmtpMailer(settings.smtp_url, clock()),
        prepare=PrepareNotice(clock(), terms, minute_budget(), sending_switch()),
        evidence=FindEvidence(
            clock(),
            zalo_tokens(),
            ZaloConversations(settings.openapi_url),
            minute_budget(),
            echo_flow(),
            settings.oa_id,
        ),
        desk_url=settings.desk_url,
        texts=lambda: reference_in_force()().texts,
    )


def _templates(raw: str) -> dict[str, ZaloTemplate]:
    """Parse the approved Zalo templates, by kind of notice, from JSON. Raise ConfigError."""
    from pydantic import TypeAdapter, ValidationError

    from petitions.domain.notices.channels import ZaloTemplate
    from petitions.errors import ConfigError

    try:
        return TypeAdapter(dict[str, ZaloTemplate]).validate_json(raw)
    except ValidationError as error:
        where = {".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False)}
        raise ConfigError([f"ZALO_TEMPLATES is wrong at {', '.join(sorted(where))}"]) from error


@once
def minute_budget() -> MinuteBudget:
    """Return the counter that keeps calls within Zalo's limit per minute."""
    from petitions.usecases.notices.sending_limits import MinuteBudget

    calls = settings_of(config.NotificationsSettings).calls_per_minute
    others = config.NOTIFICATIONS_SENDERS * config.NOTIFICATIONS_INSTANCES
    return MinuteBudget(clock(), calls, reserve=min(others, calls // 2))


@once
def echo_flow() -> EchoFlow:
    """Return the record of Zalo's latest echo, an event about a message that the account itself sent."""
    from petitions.usecases.notices.echo_flow import EchoFlow

    return EchoFlow(petitions_store(), clock())


@once
def sending_switch() -> SendingSwitch:
    """Return the operators' switch that stops all sending."""
    from petitions.usecases.notices.sending_limits import SendingSwitch

    return SendingSwitch(petitions_store(), clock())


@once
def sweep_notices() -> SweepNotices:
    """Return the scheduled job that resends waiting notices and settles those of unknown outcome."""
    from petitions.usecases.notices.read_sending import wake_refused
    from petitions.usecases.notices.sweep_notices import SweepNotices

    senders = config.NOTIFICATIONS_SENDERS
    wake = partial(wake_refused, petitions_store(), clock(), zalo_tokens())
    return SweepNotices(petitions_store(), clock(), send_notice(), sending_switch(), minute_budget(), wake, senders)


@in_force
def take_feedback(reference: ReferenceSet) -> TakeFeedback:
    from petitions.adapters.ids import RandomIds
    from petitions.usecases.accusations.keep_apart import KeepApart
    from petitions.usecases.contact.request_contact import RequestContact
    from petitions.usecases.conversation.take_feedback import TakeFeedback
    from petitions.usecases.petition.file_petition import PetitionFiling

    texts = reference.texts
    contacting = RequestContact(texts, timekeeping(), coordinators_judge())
    filing = PetitionFiling(RandomIds(), texts, timekeeping())
    keep_apart = KeepApart(coordinators_judge(), filing, texts)
    return TakeFeedback(petitions_store(), publisher(), clock(), contacting, keep_apart)


@once
def settle_notice() -> SettleNotice:
    """Return the use case that handles Zalo's receipts and echoes of sent notices."""
    from petitions.usecases.notices.settle_notice import SettleNotice

    id_key = settings_of(config.NotificationsSettings).id_key
    return SettleNotice(petitions_store(), id_key, echo_flow(), send_notice().sent)


@once
def recover_messages() -> RecoverMessages:
    from petitions.adapters.zalo import ZaloConversations
    from petitions.usecases.conversation.recover_messages import RecoverMessages

    settings = settings_of(config.NotificationsSettings)
    return RecoverMessages(
        store=petitions_store(),
        publisher=publisher(),
        clock=clock(),
        tokens=zalo_tokens(),
        history=ZaloConversations(settings.openapi_url),
        app_id=settings.app_id,
        oa_id=settings.oa_id,
        id_key=settings.id_key,
    )
