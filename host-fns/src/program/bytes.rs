//! The typed path of bytes: wasmtime copies a `list<u8>` at once only where it knows the Rust types of a whole signature.
//!
//! So those signatures stand here that move bytes at their top: one or two parameters of bytes and text, and a result of
//! bytes or text, alone or in a `result` whose error is text. All others go the general way, a value for each byte.
use std::future::Future;
use std::pin::Pin;

use wasmtime::component::types::ComponentFunc;
use wasmtime::component::{ComponentNamedList, Func, Lift, Lower, Type, Val};
use wasmtime::{Error, Result, Store};

use super::function::{Answer, Datum};
use crate::guest::Guest;

/// Calls a function of one signature.
pub(super) type Caller =
    for<'a> fn(Func, &'a mut Store<Guest>, Vec<Datum>) -> Pin<Box<dyn Future<Output = Result<Answer>> + Send + 'a>>;

/// The caller of a function's signature, where it is one of these.
pub(super) fn caller(ty: &ComponentFunc) -> Option<Caller> {
    let params = ty.params().map(|(_, ty)| Plain::of(&ty)).collect::<Option<Vec<_>>>()?;
    let returned = match ty.results().next() {
        None => Returned::Nothing,
        Some(Type::Result(result)) => match (Plain::of(&result.ok()?)?, Plain::of(&result.err()?)?) {
            (ok, Plain::Text) => Returned::Fallible(ok),
            (_, Plain::Bytes) => return None,
        },
        Some(ty) => Returned::Plain(Plain::of(&ty)?),
    };
    use Plain::{Bytes, Text};
    match params.as_slice() {
        [Bytes] => returning::<(Vec<u8>,)>(returned),
        [Text] => returning::<(String,)>(returned),
        [Bytes, Bytes] => returning::<(Vec<u8>, Vec<u8>)>(returned),
        [Bytes, Text] => returning::<(Vec<u8>, String)>(returned),
        [Text, Bytes] => returning::<(String, Vec<u8>)>(returned),
        _ => None,
    }
}

/// What lies in a guest's memory as it lies in ours.
#[derive(Clone, Copy)]
enum Plain {
    Bytes,
    Text,
}

#[derive(Clone, Copy)]
enum Returned {
    Nothing,
    Plain(Plain),
    Fallible(Plain),
}

impl Plain {
    fn of(ty: &Type) -> Option<Self> {
        match ty {
            Type::String => Some(Self::Text),
            Type::List(list) if list.ty() == Type::U8 => Some(Self::Bytes),
            _ => None,
        }
    }
}

fn returning<P: Arguments>(returned: Returned) -> Option<Caller> {
    Some(match returned {
        Returned::Nothing => call::<P, ()>,
        Returned::Plain(Plain::Bytes) => call::<P, (Vec<u8>,)>,
        Returned::Plain(Plain::Text) => call::<P, (String,)>,
        Returned::Fallible(Plain::Bytes) => call::<P, (std::result::Result<Vec<u8>, String>,)>,
        Returned::Fallible(Plain::Text) => call::<P, (std::result::Result<String, String>,)>,
    })
}

fn call<P: Arguments, R: Returns>(
    function: Func,
    store: &mut Store<Guest>,
    arguments: Vec<Datum>,
) -> Pin<Box<dyn Future<Output = Result<Answer>> + Send + '_>> {
    Box::pin(async move {
        let typed = function.typed::<P, R>(&*store)?;
        let mut arguments = arguments.into_iter();
        let params = P::take(&mut arguments).ok_or_else(|| Error::msg("an argument is of another type"))?;
        Ok(typed.call_async(store, params).await?.answer())
    })
}

/// One argument or result.
trait Element: Sized + Send + Sync + 'static {
    fn take(datum: Datum) -> Option<Self>;
    fn datum(self) -> Datum;
}

impl Element for Vec<u8> {
    fn take(datum: Datum) -> Option<Self> {
        if let Datum::Bytes(bytes) = datum { Some(bytes) } else { None }
    }

    fn datum(self) -> Datum {
        Datum::Bytes(self)
    }
}

impl Element for String {
    fn take(datum: Datum) -> Option<Self> {
        if let Datum::Val(Val::String(text)) = datum { Some(text) } else { None }
    }

    fn datum(self) -> Datum {
        Datum::Val(Val::String(self))
    }
}

/// All parameters of a signature.
trait Arguments: Sized + ComponentNamedList + Lower + Send + Sync + 'static {
    fn take(data: &mut dyn Iterator<Item = Datum>) -> Option<Self>;
}

impl<A: Element> Arguments for (A,)
where
    Self: ComponentNamedList + Lower,
{
    fn take(data: &mut dyn Iterator<Item = Datum>) -> Option<Self> {
        Some((A::take(data.next()?)?,))
    }
}

impl<A: Element, B: Element> Arguments for (A, B)
where
    Self: ComponentNamedList + Lower,
{
    fn take(data: &mut dyn Iterator<Item = Datum>) -> Option<Self> {
        Some((A::take(data.next()?)?, B::take(data.next()?)?))
    }
}

/// The result of a signature.
trait Returns: ComponentNamedList + Lift + Send + Sync + 'static {
    fn answer(self) -> Answer;
}

impl Returns for () {
    fn answer(self) -> Answer {
        Ok(None)
    }
}

impl<R: Element> Returns for (R,)
where
    Self: ComponentNamedList + Lift,
{
    fn answer(self) -> Answer {
        Ok(Some(self.0.datum()))
    }
}

impl<R: Element> Returns for (std::result::Result<R, String>,)
where
    Self: ComponentNamedList + Lift,
{
    fn answer(self) -> Answer {
        self.0.map(|ok| Some(ok.datum())).map_err(|err| Some(err.datum()))
    }
}
