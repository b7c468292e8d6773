"""Tests that are skipped against Google's emulators, because those differ from the real service.

The emulators of this package follow the documentation of the service. The differences were seen with the emulators of
gcloud 528 (Pub/Sub 0.8.20, Firestore 1.19.9). A key is the name of a test, with or without its parameters.
"""

from __future__ import annotations

NO_LIMIT = "Google's emulator does not check this limit of the service"
NO_FILTER = "Google's emulator keeps a filter without reading it: everything passes"
NO_ORDER = "Google's emulator hands the later ones of a key on while a nacked one waits"
NO_DETACH = "Google's emulator has no DetachSubscription"
NO_TOKEN = "Google's emulator sends no token with a push"
NO_DEAD_LETTER = "Google's emulator has no dead letters: it redelivers for ever"
NO_LABELS = "Google's emulator does not change labels"
OTHER_CODE = "Google's emulator says OUT_OF_RANGE where other limits say INVALID_ARGUMENT; both are 400 by REST"

PUBSUB = {
    "test_rest_keeps_a_connection_and_is_quick": "a figure of the built-in emulator",
    "test_rest_makes_shows_lists_changes_and_removes": "Google's emulator leaves the state out of resources",
    "test_rest_errors_have_googles_shape[PUT-topics/with-schema-body11-501-UNIMPLEMENTED]": "it has schemas",
    "test_rest_errors_have_googles_shape[GET-nothing/here-None-404-NOT_FOUND]": "its answer to that is no JSON",
    "test_rest_errors_have_googles_shape[GET-schemas-None-501-UNIMPLEMENTED]": "it has schemas",
    "test_rest_errors_have_googles_shape[GET-TOPIC:getIamPolicy-None-501-UNIMPLEMENTED]": "it refuses without words",
    "test_rest_errors_have_googles_shape[POST-TOPIC:testIamPermissions-body14-501-UNIMPLEMENTED]": (
        "it refuses without words"
    ),
    "test_a_mask_by_rest_takes_both_spellings[labels,ack_deadline_seconds]": NO_LABELS,
    "test_a_mask_by_rest_takes_both_spellings[labels,ackDeadlineSeconds]": NO_LABELS,
    "test_a_message_over_a_limit_is_refused[ordering key]": NO_LIMIT,
    "test_a_message_over_a_limit_is_refused[attributes]": NO_LIMIT,
    "test_a_message_over_a_limit_is_refused[attribute key]": NO_LIMIT,
    "test_a_message_over_a_limit_is_refused[attribute value]": NO_LIMIT,
    "test_a_message_over_a_limit_is_refused[reserved]": NO_LIMIT,
    "test_a_message_over_a_limit_is_refused[request]": NO_LIMIT,
    "test_what_one_pull_returns_fits_into_a_clients_response": "its responses outgrow the client's 4 MiB",
    "test_what_is_missing_says_so": "it says UNIMPLEMENTED without words",
    "test_a_subscription_over_a_limit_is_refused[fields0]": NO_LIMIT,
    "test_a_subscription_over_a_limit_is_refused[fields5]": OTHER_CODE,
    "test_a_subscription_over_a_limit_is_refused[fields6]": OTHER_CODE,
    "test_a_subscription_over_a_limit_is_refused[fields8]": NO_LIMIT,
    "test_a_subscription_over_a_limit_is_refused[fields9]": NO_LIMIT,
    "test_a_subscription_over_a_limit_is_refused[fields10]": NO_FILTER,
    "test_a_subscription_over_a_limit_is_refused[fields11]": NO_LIMIT,
    "test_an_ack_id_that_was_never_given_is_refused": "Google's emulator ignores an ack id that it never gave",
    "test_a_nacked_message_comes_again_before_the_later_ones_of_its_key": NO_ORDER,
    "test_a_filter_that_cannot_be_read_is_refused": NO_FILTER,
    "test_a_filter_lets_through": NO_FILTER,
    "test_a_bad_filter_is_refused": NO_FILTER,
    "test_a_message_past_a_limit_is_refused": NO_LIMIT,
    "test_a_subscription_at_a_limit_is_made_and_shown[message_retention_duration-value5]": "it keeps 7 days at most",
    "test_a_subscription_past_a_limit_is_refused[ack_deadline_seconds-1]": NO_LIMIT,
    "test_a_subscription_past_a_limit_is_refused[ack_deadline_seconds-9]": NO_LIMIT,
    "test_a_subscription_past_a_limit_is_refused[expiration_policy-value7]": NO_LIMIT,
    "test_a_subscription_past_a_limit_is_refused[expiration_policy-value8]": NO_LIMIT,
    "test_a_subscription_past_a_limit_is_refused[push_config-value14]": NO_LIMIT,
    "test_delivery_attempts_past_the_limits": OTHER_CODE,
    "test_a_pull_asks_for_something[-1]": "it waits for ever",
    "test_an_update_changes_what_its_mask_names[mask2-True]": "it changes whole fields only",
    "test_an_update_changes_what_its_mask_names[mask3-True]": NO_LABELS,
    "test_a_stream_gives_no_more_messages_than_may_be_outstanding": "its streams know no flow control by messages",
    "test_a_stream_gives_no_more_bytes_than_may_be_outstanding": "on a busy machine its streams give one too many",
    "test_a_key_under_nacks_in_a_stream": NO_ORDER,
    "test_a_key_under_nacks_by_pull": NO_ORDER,
    "test_one_key_that_fails_does_not_stop_another": NO_ORDER,
    "test_seeking_keeps_the_order_of_a_key": "it cannot seek where ordering is on",
    "test_a_detached_subscription_refuses": NO_DETACH,
    "test_no_other_status_acknowledges[203]": "it takes 203 for an acknowledgement",
    "test_pulling_from_a_push_subscription_is_refused": "it lets a push subscription be pulled from",
    "test_what_is_not_there_is_not_found_by_rest[GET topics/none-such/subscriptions]": "it shows an empty list",
    "test_what_is_wrong_is_an_invalid_argument_by_rest[TOPIC:publish {'messages': [{'attributes': {'a': 5}}]}]": (
        "it takes a number for an attribute's text"
    ),
    "test_after_the_last_attempt_a_message_goes_to_the_dead_letter_topic": NO_DEAD_LETTER,
    "test_attempts_are_counted_and_the_last_one_leads_to_the_dead_letters": NO_DEAD_LETTER,
    "test_a_dead_letter_topic_must_exist_and_its_loss_loses_nothing": NO_DEAD_LETTER,
    "test_seeking_back_to_a_time_brings_retained_messages_again": "its seek forgets the filter",
    "test_a_topic_that_keeps_messages_serves_a_new_subscription": "it gives a new subscription what came before it",
    "test_a_detached_subscription_holds_and_gives_nothing": NO_DETACH,
    "test_the_body_is_the_wrapped_message": "its pushes leave the ordering key out",
    "test_the_bearer_token_is_for_the_audience_and_verifiable": NO_TOKEN,
    "test_without_an_audience_the_token_is_for_the_address": NO_TOKEN,
    "test_the_back_off_doubles_up_to_its_maximum": "its back-off cannot be scaled: the test would take minutes",
    "test_a_retry_policy_delays_each_nack_longer": "its back-off cannot be scaled: the test would take minutes",
    "test_without_keys_pushes_run_side_by_side_up_to_a_bound": "its bound is another one",
}
NO_INDEX = "only the built-in emulator knows a missing index"
NO_COST = "only the built-in emulator counts what a call costs"
NO_PARTITION = "Google's emulator has no PartitionQuery"
NO_NAMES_DOWN = "Google's emulator does not order by name downwards"
NO_PAGES = "Google's emulator answers UNKNOWN to an ordered page of ListDocuments"
PESSIMISTIC = "Google's emulator locks what a transaction reads; the project's databases are optimistic"
OTHER_SIZE = "Google's emulator counts sizes otherwise or not at all"
NO_NAN = "Google's emulator leaves NaN out of every range; it is documented as less than -Infinity"
NO_WORDS = "Google's emulator answers UNKNOWN without words"

FIRESTORE = {
    "test_the_emulator_does_what_the_model_does": PESSIMISTIC,
    "test_the_largest_document_is_stored": OTHER_SIZE,
    "test_reading_the_past": "Google's emulator reads any moment of the past",
    "test_index_entries_are_limited": OTHER_SIZE,
    "test_the_cost_stands_in_the_trailing_metadata": NO_COST,
    "test_answered[declared name order]": NO_NAMES_DOWN,
    "test_a_missing_index_is_named_and_adding_it_helps": NO_INDEX,
    "test_a_page_costs_the_same_out_of_many": NO_COST,
    "test_writes[document of 1 MiB]": OTHER_SIZE,
    "test_writes[name of 6 KiB and a byte]": OTHER_SIZE,
    "test_writes[40,001 index entries]": OTHER_SIZE,
    "test_writes[20,001 fields]": OTHER_SIZE,
    "test_a_commit_of_more_than_10_mib_is_refused": "Google's emulator takes requests of 4 MiB at most",
    "test_aggregations[6-False]": NO_WORDS,
    "test_a_stream_resumes_where_it_left_off": "Google's emulator does not resume from a token",
    "test_pipelines_are_refused_in_words": NO_WORDS,
    "test_the_asynchronous_client[partitions]": NO_PARTITION,
    "test_collection_groups": NO_PARTITION,
    "test_preconditions[time, nanoseconds-BatchWrite]": "Google's emulator refuses the whole batch",
    "test_masks_that_are_refused[mask0]": "Google's emulator takes a reserved field name in a mask",
    "test_list_documents_in_order_by_pages[0-__name__ desc]": NO_NAMES_DOWN,
    **{
        f"test_list_documents_in_order_by_pages[{size}-{order}]": NO_PAGES
        for size in (1, 2)
        for order in ("n", "n desc", "k, n desc", "k desc, n", "__name__ desc")
    },
    "test_a_plan_alone_reads_nothing": "Google's emulator does not explain queries",
    "test_explain": "Google's emulator does not explain queries",
    "test_examples[name downward]": NO_NAMES_DOWN,
    "test_examples_are_the_same_in_a_transaction_while_others_write[name downward]": NO_NAMES_DOWN,
    "test_examples_are_the_same_in_a_transaction_while_others_write[field up, name down]": NO_NAMES_DOWN,
    **{f"test_comparisons[{sign}-{number}]": NO_NAN for sign in ("<", "<=") for number in range(4, 14)},
    "test_nan_is_the_least_number": NO_NAN,
    "test_queries_find_what_a_scan_finds": NO_NAN,
    "test_null_and_nan_among_the_values[not in NaN]": "Google's emulator finds NaN by `not-in [NaN]`",
    **dict.fromkeys(
        (
            *("test_no_increment_is_lost", "test_the_sum_of_accounts_stays", "test_a_rule_over_a_query_holds"),
            *("test_reads_are_of_one_moment", "test_conflicts", "test_the_first_to_commit_wins"),
            *("test_ids_end_with_their_transaction", "test_giving_up_says_so"),
            *("test_a_transaction_may_begin_with_a_read", "test_asynchronous_transactions"),
        ),
        PESSIMISTIC,
    ),
}


def reason(differences: dict[str, str], test: str) -> str | None:
    """Return the reason to skip a test against another emulator, or None to run it."""
    return differences.get(test) or differences.get(test.partition("[")[0])
