"""Calls every service of a running server as a stranger would. Arguments: folder of the stubs, host:port, generation expected."""

import sys

sys.path.insert(0, sys.argv[1])

import grpc  # noqa: E402
from decisionserver.v1 import availability_service_pb2 as availability  # noqa: E402
from decisionserver.v1 import availability_service_pb2_grpc as availability_grpc  # noqa: E402
from decisionserver.v1 import catalog_service_pb2 as catalog  # noqa: E402
from decisionserver.v1 import catalog_service_pb2_grpc as catalog_grpc  # noqa: E402
from decisionserver.v1 import decision_service_pb2 as decision  # noqa: E402
from decisionserver.v1 import decision_service_pb2_grpc as decision_grpc  # noqa: E402
from decisionserver.v1 import ingest_service_pb2 as ingest  # noqa: E402
from decisionserver.v1 import ingest_service_pb2_grpc as ingest_grpc  # noqa: E402
from decisionserver.v1 import member_service_pb2 as member  # noqa: E402
from decisionserver.v1 import member_service_pb2_grpc as member_grpc  # noqa: E402

TIMEOUT = 30


def expect(condition, what):
    if not condition:
        sys.exit("not so: " + what)


def expect_status(code, detail, call):
    try:
        call()
    except grpc.RpcError as error:
        expect(error.code() == code, f"{error.code()} is {code}")
        expect(detail in error.details(), f"{error.details()!r} holds {detail!r}")
        return
    sys.exit(f"not so: a call fails with {code}")


def best_of_second(decisions):
    answer = decisions.NextBestOffers(decision.NextBestOffersRequest(member_id="M00000002"), timeout=TIMEOUT)
    return answer.placements[0].offers[0].offer_id


def main():
    channel = grpc.insecure_channel(sys.argv[2])
    generation = sys.argv[3]
    decisions = decision_grpc.DecisionServiceStub(channel)

    # Decisions, one and many.
    one = decisions.NextBestOffers(decision.NextBestOffersRequest(member_id="M00000001"), timeout=TIMEOUT)
    expect(one.generation_id == generation, "the answer names the generation")
    expect(len(one.placements) == 1 and one.placements[0].placement == "default", "no placement given: default")
    offers = one.placements[0].offers
    expect(len(offers) == 10, "ten offers")
    expect([offer.rank for offer in offers] == list(range(1, 11)), "ranks from 1")
    expect(all(a.score >= b.score for a, b in zip(offers, offers[1:])), "best first")
    expect(all(offer.source == decision.OFFER_SOURCE_MEMBER for offer in offers), "of the member's own")

    members = [f"M{i:08d}" for i in range(200)]
    stream = decisions.DecideStream((decision.NextBestOffersRequest(member_id=m) for m in members), timeout=TIMEOUT)
    answers = list(stream)
    expect(len(answers) == len(members), "an answer for each request of the stream")
    expect([o.offer_id for o in answers[1].placements[0].offers] == [o.offer_id for o in offers], "the stream answers as the call does")

    # Search.
    candidates = [decision.SearchCandidate(item_id=str(1000000 + i), relevance=1 - i / 100) for i in range(20)]
    ranked = decisions.RankSearch(decision.RankSearchRequest(member_id="M00000001", query="x", candidates=candidates), timeout=TIMEOUT)
    expect(sorted(item.item_id for item in ranked.items) == sorted(c.item_id for c in candidates), "every candidate is ranked")

    # Mistakes.
    expect_status(
        grpc.StatusCode.INVALID_ARGUMENT, "member_id", lambda: decisions.NextBestOffers(decision.NextBestOffersRequest(), timeout=TIMEOUT))
    expect_status(
        grpc.StatusCode.INVALID_ARGUMENT, "no.such",
        lambda: decisions.NextBestOffers(
            decision.NextBestOffersRequest(member_id="m", placements=[decision.PlacementRequest(placement="no.such")]), timeout=TIMEOUT))
    # What a member does: acknowledged, then in force, and once under its key.
    members = member_grpc.MemberServiceStub(channel)
    activate = member.ActivateOfferRequest(member_id="M00000002", offer_id=best_of_second(decisions), idempotency_key="python-1")
    activated = members.ActivateOffer(activate, timeout=TIMEOUT)
    expect(activated.refusal == member.REFUSAL_UNSPECIFIED, "the offer is activated")
    expect(members.ActivateOffer(activate, timeout=TIMEOUT) == activated, "the same key gets the same answer")
    held = members.GetMember(member.GetMemberRequest(member_id="M00000002"), timeout=TIMEOUT).member
    expect([offer.offer_id for offer in held.activated] == [activate.offer_id], "the member holds it")
    expect(best_of_second(decisions) != activate.offer_id, "the next best offer has moved up")

    # Availability: acknowledged, then in force.
    best = offers[0].offer_id
    live = availability_grpc.AvailabilityServiceStub(channel)
    update = availability.UpdateAvailabilityRequest(updates=[availability.AvailabilityUpdate(offer_id=best, available=False)])
    updated = live.UpdateAvailability(update, timeout=TIMEOUT)
    expect(updated.applied == 1 and updated.unknown == 0, "the update is applied")
    after = decisions.NextBestOffers(
        decision.NextBestOffersRequest(member_id="M00000001", min_availability_epoch=updated.availability_epoch), timeout=TIMEOUT)
    expect(after.availability_epoch >= updated.availability_epoch, "the answer is as fresh as asked for")
    shown = [offer.offer_id for offer in after.placements[0].offers]
    expect(best not in shown and shown[:9] == [o.offer_id for o in offers[1:]], "the next best offers move up")
    expect(len(live.GetAvailability(availability.GetAvailabilityRequest(offer_id=best), timeout=TIMEOUT).rows) == 1, "the row is there")
    watch = live.WatchAvailability(availability.WatchAvailabilityRequest(from_epoch=0), timeout=TIMEOUT)
    expect(any(row.offer_id == best for row in next(watch).rows), "a watch tells of it")
    watch.cancel()

    # Catalogue and generations.
    offer = catalog_grpc.CatalogServiceStub(channel).GetOffer(catalog.GetOfferRequest(offer_id=best), timeout=TIMEOUT).offer
    expect(offer.offer_id == best and offer.title, "the catalogue holds the offer")
    current = ingest_grpc.IngestServiceStub(channel).GetGeneration(ingest.GetGenerationRequest(), timeout=TIMEOUT).generation
    expect(current.generation_id == generation and current.state == ingest.GENERATION_STATE_CURRENT, "the generation is current")
    print("all good")


main()
