"""What the warehouse refuses; the words are in templates/messages/warehouse.*."""

from datetime import date

from kernel.errors import Malformed, NotFound, Refusal, Unavailable


class PickTaskUnknown(NotFound):
    """No pick task has this id."""

    code = "pick_task_unknown"

    def __init__(self, *, task_id: int) -> None:
        super().__init__(task_id=task_id)


class ExitBatchUnknown(NotFound):
    """No exit batch has this id."""

    code = "exit_batch_unknown"

    def __init__(self, *, batch_id: int) -> None:
        super().__init__(batch_id=batch_id)


class NotNow(Refusal):
    """A pick task or exit batch is not in the state this step needs."""

    code = "warehouse_not_now"

    def __init__(self, *, subject: str, state: str, to: str) -> None:
        super().__init__(subject=subject, state=state, to=to)


class CaseUnknown(NotFound):
    """Customs has no open wish for this parcel."""

    code = "inspection_case_unknown"

    def __init__(self, *, subject: str) -> None:
        super().__init__(subject=subject)


class ResultMissing(Malformed):
    """No result was chosen, or customs' paper about it was not named; nothing was posted."""

    code = "inspection_result_missing"


class SampleUnfit(Malformed):
    """The pieces said to be kept are not on the parcel's lines; nothing was posted."""

    code = "sample_unfit"

    def __init__(self, *, case_id: int, gnum: int) -> None:
        super().__init__(case_id=case_id, gnum=gnum)


class ReturnUnknown(NotFound):
    """No goods return under this number waits for its parcel."""

    code = "return_unknown"

    def __init__(self, *, subject: str) -> None:
        super().__init__(subject=subject)


class ReturnUnfit(Malformed):
    """Pieces are said to come back that did not leave with the order; nothing was opened."""

    code = "return_unfit"

    def __init__(self, *, order_id: int, gnum: int) -> None:
        super().__init__(order_id=order_id, gnum=gnum)


class UnfitPieces(Malformed):
    """The pieces said not to be as they left are not some of those that came; nothing recorded."""

    code = "unfit_pieces"

    def __init__(self, *, case_id: int, gnum: int) -> None:
        super().__init__(case_id=case_id, gnum=gnum)


class ReturnUnderWay(Refusal):
    """A return of other pieces of the order is open; it stands, and none was opened beside it."""

    code = "return_under_way"

    def __init__(self, *, order_no: str) -> None:
        super().__init__(order_no=order_no)


class ReturnElsewhere(Refusal):
    """The parcel was scanned at a warehouse that it did not leave; it was not taken in."""

    code = "return_elsewhere"

    def __init__(self, *, subject: str) -> None:
        super().__init__(subject=subject)


class PartUnsigned(Refusal):
    """Nobody signed for the parcel yet: a part of it cannot come back; nothing was recorded."""

    code = "part_unsigned"

    def __init__(self, *, order_no: str) -> None:
        super().__init__(order_no=order_no)


class ReturnTooLate(Refusal):
    """The term for a goods return is over: its tax stays, whatever is agreed with the shopper."""

    code = "return_too_late"

    def __init__(self, *, case_id: int, until_on: date) -> None:
        super().__init__(case_id=case_id, until_on=until_on)


class PlaceInvalid(Malformed):
    """What was typed as a place in the warehouse is none."""

    code = "place_invalid"

    def __init__(self, *, typed: str, most: int) -> None:
        super().__init__(typed=typed, most=most)


class WrongGoods(Refusal):
    """What was scanned is not on the pick list; nothing was counted."""

    code = "wrong_goods"

    def __init__(self, *, scanned: str, wanted: str) -> None:
        super().__init__(scanned=scanned, wanted=wanted)


class CodeAmbiguous(Refusal):
    """The code alone does not say of which account-book item the piece is; nothing counted."""

    code = "code_ambiguous"

    def __init__(self, *, scanned: str, lot_no: str, location: str) -> None:
        super().__init__(scanned=scanned, lot_no=lot_no, location=location)


class PickedAlready(Refusal):
    """The pick list has all pieces of what was scanned."""

    code = "picked_already"

    def __init__(self, *, scanned: str, qty: int) -> None:
        super().__init__(scanned=scanned, qty=qty)


class ScannedMeanwhile(Refusal):
    """The pick list changed since the page was shown: this form came twice, or a second picker."""

    code = "scanned_meanwhile"

    def __init__(self, *, seen: int, picked: int) -> None:
        super().__init__(seen=seen, picked=picked)


class WeightInvalid(Malformed):
    """What was typed as a weight is none."""

    code = "weight_invalid"

    def __init__(self, *, typed: str) -> None:
        super().__init__(typed=typed)


class VehicleInvalid(Malformed):
    """What was typed as a vehicle's plate is none."""

    code = "vehicle_invalid"

    def __init__(self, *, typed: str) -> None:
        super().__init__(typed=typed)


class WeightImplausible(Refusal):
    """The scale shows less than the goods alone weigh."""

    code = "weight_implausible"

    def __init__(self, *, gross_e5: int, net_e5: int) -> None:
        super().__init__(gross_e5=gross_e5, net_e5=net_e5)


class ParcelUnknown(NotFound):
    """No packed parcel carries this waybill number."""

    code = "parcel_unknown"

    def __init__(self, *, waybill_no: str) -> None:
        super().__init__(waybill_no=waybill_no)


class ParcelElsewhere(Refusal):
    """The parcel already lies in another exit batch."""

    code = "parcel_elsewhere"

    def __init__(self, *, waybill_no: str, batch_no: str) -> None:
        super().__init__(waybill_no=waybill_no, batch_no=batch_no)


class NotOnExitPass(Refusal):
    """A parcel that is not on the approved exit pass was about to be loaded."""

    code = "not_on_exit_pass"

    def __init__(self, *, waybill_no: str, batch_no: str) -> None:
        super().__init__(waybill_no=waybill_no, batch_no=batch_no)


class BatchEmpty(Refusal):
    """An exit batch without a parcel has nothing to list."""

    code = "batch_empty"

    def __init__(self, *, batch_no: str) -> None:
        super().__init__(batch_no=batch_no)


class ZoneRefused(Refusal):
    """The zone answered no; its code is among the facts, its free words are not kept."""

    code = "zone_refused"

    def __init__(self, *, asked: str, batch_no: str, answer: str) -> None:
        super().__init__(asked=asked, batch_no=batch_no, answer=answer)


class PassedUnloaded(Refusal):
    """The gate let the vehicle go while parcels of the pass were never scanned onto it."""

    code = "passed_unloaded"

    def __init__(self, *, batch_no: str, missing: str) -> None:
        super().__init__(batch_no=batch_no, missing=missing)


class CourierRefused(Refusal):
    """The courier answered no; its code is among the facts, its free words are not kept."""

    code = "courier_refused"

    def __init__(self, *, asked: str, waybill_no: str, answer: str) -> None:
        super().__init__(asked=asked, waybill_no=waybill_no, answer=answer)


class WaybillMissing(Refusal):
    """The order has no waybill number yet: the pool was dry when it was paid."""

    code = "waybill_missing"

    def __init__(self, *, order_id: int) -> None:
        super().__init__(order_id=order_id)


class AnswerUnclear(Unavailable):
    """Another system answered without a field we need; nothing was changed here."""

    code = "answer_unclear"

    def __init__(self, *, field: str) -> None:
        super().__init__(retry_after_s=30, field=field)
