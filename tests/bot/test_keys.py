from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.keys import (
    BELL,
    LEASES,
    PARTITIONS,
    PURGES,
    ConversationKeys,
    escaped,
    incidents_key,
    month_key,
    month_keys,
    owner_of,
    parked_key,
    personas_key,
    ready_key,
)
from bot.messages import Conversation

names = st.text(max_size=12) | st.text("ab:{}%\0/~-é漢", max_size=6)
conversations = st.builds(Conversation, names, names, st.none() | names)


def keys_of(conversation: Conversation) -> list[str]:
    keys = ConversationKeys(conversation)
    return [keys.history, keys.state, keys.usage]


def tag_of(key: str) -> str:
    """What Redis Cluster hashes: from the first `{` to the next `}` (redis.io, cluster specification)."""
    tagged = re.search(r"\{([^}]+)\}", key)
    assert tagged is not None
    return tagged[1]


@given(names, names, names, st.sampled_from(["2026-11", "2027-01"]))
def test_a_channel_and_its_threads_share_one_hash_tag_in_all_that_a_turn_writes(
    tenant: str, channel: str, thread: str, month: str
) -> None:
    trunk = Conversation(tenant, channel)
    branch = Conversation(tenant, channel, thread)

    keys = [*keys_of(trunk), *keys_of(branch), ConversationKeys(branch).month(month)]

    assert len({tag_of(key) for key in keys}) == 1


@given(conversations, conversations)
def test_different_conversations_never_share_a_key(one: Conversation, other: Conversation) -> None:
    shared = set(keys_of(one)) & set(keys_of(other))

    assert bool(shared) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Conversation("a:b", "c"), Conversation("a", "b:c")),
        (Conversation("a", "b:c"), Conversation("a", "b", "c")),
        (Conversation("a", "b", ""), Conversation("a", "b")),
        (Conversation("a", "b%3Ac"), Conversation("a", "b:c")),
        (Conversation("a", "{1}"), Conversation("a", "%7B1%7D")),
        (Conversation("a", "\u00e9"), Conversation("a", "e\u0301")),
    ],
)
def test_names_that_look_like_separators_do_not_mix_conversations_up(
    one: Conversation, other: Conversation
) -> None:
    assert not set(keys_of(one)) & set(keys_of(other))


@given(conversations)
def test_the_kinds_of_what_is_kept_of_a_conversation_have_different_keys(conversation: Conversation) -> None:
    keys = [*keys_of(conversation), ConversationKeys(conversation).month("2026-11")]

    assert len(set(keys)) == 4


@given(conversations)
def test_every_key_carries_the_tenant(conversation: Conversation) -> None:
    tenant = conversation.tenant

    keys = [
        *keys_of(conversation),
        ConversationKeys(conversation).month("2026-11"),
        *month_keys(tenant, "2026-11"),
        personas_key(tenant),
        incidents_key(tenant),
    ]

    for key in keys:
        assert tenant in [unquote(part) for part in re.split(r"[:{}]", key)]


@given(conversations, st.sampled_from(["", "slack:"]))
def test_every_key_tells_whose_it_is(conversation: Conversation, platform: str) -> None:
    place = Conversation(f"p:{platform}{conversation.tenant}", conversation.channel, conversation.thread)
    keys = ConversationKeys(place)

    owned = [*keys_of(place), keys.unanswered, keys.joined, keys.mark("m1"), keys.month("2026-11")]
    owned += [personas_key(place.tenant), incidents_key(place.tenant)]

    assert {owner_of(key)[0] for key in owned} == {escaped(place.tenant)}
    assert [owner_of(key)[1] for key in owned[:4]] == ["history", "state", "usage", "unanswered"]


@pytest.mark.parametrize(
    "key", [BELL, LEASES, PURGES, ready_key(7), parked_key(7), "parley:{7}:load", "other:{7}:x:y"]
)
def test_a_key_of_all_is_no_tenants(key: str) -> None:
    assert owner_of(key)[0] in {"", "workers"}


def test_a_tenant_that_is_called_like_a_partition_owns_nothing_of_it() -> None:
    assert owner_of("parley:{7}:history:slack%3AT1:c1") == ("slack%3AT1", "history")
    assert owner_of(personas_key("7"))[0] == ""


@given(names, names)
def test_different_tenants_never_share_a_key(one: str, other: str) -> None:
    def keys(tenant: str) -> set[str]:
        return {personas_key(tenant), incidents_key(tenant), *month_keys(tenant, "2026-11")}

    shared = keys(one) & keys(other)

    assert bool(shared) == (one == other)


@given(names, st.sampled_from(["2026-11", "2027-01"]))
def test_a_month_is_kept_in_as_many_parts_as_there_are_partitions(tenant: str, month: str) -> None:
    parts = month_keys(tenant, month)

    assert len(set(parts)) == PARTITIONS
    assert [tag_of(part) for part in parts] == [str(number) for number in range(PARTITIONS)]


@given(conversations)
def test_the_sums_of_a_turn_go_to_a_part_of_the_month_that_is_read(conversation: Conversation) -> None:
    keys = ConversationKeys(conversation)

    assert keys.month("2026-11") == month_key(conversation.tenant, "2026-11", keys.partition)
    assert keys.month("2026-11") in month_keys(conversation.tenant, "2026-11")


@given(st.text())
def test_an_escaped_name_has_no_separator_and_can_be_read_back(name: str) -> None:
    safe = escaped(name)

    assert not set(safe) & set(":{}* \n")
    assert unquote(safe) == name


def test_keys_are_named_as_they_were_in_every_release() -> None:
    # A change here loses the histories of everybody who updates.
    keys = ConversationKeys(Conversation("slack:T1", "C2", "1700.42"))

    assert keys.history == "parley:{2}:history:slack%3AT1:C2:1700.42"
    assert keys.state == "parley:{2}:state:slack%3AT1:C2:1700.42"
    assert keys.usage == "parley:{2}:usage:slack%3AT1:C2:1700.42"
    assert keys.month("2026-11") == "parley:{2}:month:slack%3AT1:2026-11"
    assert personas_key("slack:T1") == "parley:{slack%3AT1}:personas"
    assert incidents_key("slack:T1") == "parley:{slack%3AT1}:incidents"
