"""Asynchronous code that synchronous code calls, without threads, while an event loop runs as in a page."""

import asyncio
import concurrent.futures
import contextvars
import threading

import pytest
from asgiref import sync
from asgiref.sync import async_to_sync, sync_to_async
from django.dispatch import Signal

from clientforms.site import async_calls

said = contextvars.ContextVar("said", default="nothing")


@pytest.fixture
def thread():
    """Call functions in a thread of their own: in that of the tests, Playwright's event loop may run."""
    with concurrent.futures.ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(str).result()  # starts the thread
        yield lambda function: pool.submit(function).result()


@pytest.fixture(autouse=True)
def no_threads(monkeypatch, thread):
    """As in a page: no thread but that in which the test calls; and asgiref as it was, afterwards."""
    for kind in (sync.AsyncToSync, sync.SyncToAsync):
        monkeypatch.setattr(kind, "__call__", kind.__call__)
    monkeypatch.setattr(threading.Thread, "start", lambda self: pytest.fail(f"{self} starts"))
    async_calls.install()


@pytest.fixture(params=["a task", "a callback", "no event loop"])
def call(request, thread):
    """Call a function where the page's code may run."""

    async def in_task(function):
        task = asyncio.current_task()
        try:
            return function()
        finally:
            assert asyncio.current_task() is task
            await asyncio.sleep(0)

    async def in_callback(function):
        answer = concurrent.futures.Future()

        def answering():
            try:
                answer.set_result(function())
            except Exception as error:  # noqa: BLE001 - raised again below
                answer.set_exception(error)

        asyncio.get_running_loop().call_soon(answering)
        return await asyncio.wrap_future(answer)

    match request.param:
        case "a task":
            return lambda function: thread(lambda: asyncio.run(in_task(function)))
        case "a callback":
            return lambda function: thread(lambda: asyncio.run(in_callback(function)))
    return thread


async def later(value):
    await asyncio.sleep(0.001)
    return value


async def together():
    return await asyncio.gather(later(1), later(2), asyncio.to_thread(lambda: 3))


async def through_both():
    return await sync_to_async(lambda: async_to_sync(together)())()


async def in_time():
    async with asyncio.timeout(0.001):
        await asyncio.Event().wait()


@pytest.mark.parametrize("function", [together, through_both])
def test_a_coroutine_runs_to_its_end(call, function):
    assert call(async_to_sync(function)) == [1, 2, 3]


def test_receivers_of_an_asynchronous_signal_run(call):
    """As `alogin()` sends one, with receivers that are synchronous."""
    signal, heard = Signal(), []
    synchronous = lambda **named: heard.append("synchronous")  # noqa: E731 - held here, as signals do not

    async def asynchronous(**named):
        heard.append(await later("asynchronous"))

    signal.connect(synchronous)
    signal.connect(asynchronous)
    call(lambda: async_to_sync(signal.asend)(sender=None))
    assert sorted(heard) == ["asynchronous", "synchronous"]


def test_context_variables_are_seen_on_both_sides(call):
    async def change():
        before = said.get()
        await sync_to_async(said.set)("inside")
        return before

    def around():
        said.set("outside")
        return async_to_sync(change)(), said.get()

    assert call(lambda: contextvars.copy_context().run(around)) == ("outside", "inside")


def test_an_exception_is_raised_where_it_was_called(call):
    with pytest.raises(TimeoutError):
        call(async_to_sync(in_time))


def test_who_waits_for_the_browser_is_told(call):
    async def endless():
        await asyncio.Event().wait()

    with pytest.raises(async_calls.WaitsForTheBrowser, match=r"endless waits for something"):
        call(async_to_sync(endless))
