//! A DNS server with a script, over UDP and TCP, that records every question.
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::time::{sleep, timeout};

use super::ANY;
use super::background::Background;
use super::log::Log;
use super::wire::{A, AAAA, Answered, Flags, Query};

/// One answer. The address records that fit the question's type are sent, the others not.
#[derive(Debug, Clone)]
pub enum Reply {
    /// These addresses.
    Addresses(Vec<IpAddr>),
    /// That it is another name, which has these addresses.
    Alias(String, Vec<IpAddr>),
    /// That there is no such name.
    NoSuchName,
    /// Nothing at all.
    Silence,
    /// These addresses to a question for A, and nothing at all to one for AAAA.
    OnlyA(Vec<IpAddr>),
    /// This, so much later.
    Late(Duration, Box<Reply>),
    /// Over UDP only that it does not fit; over TCP this.
    Truncated(Box<Reply>),
    /// These addresses, but to a question that nobody asked; then this.
    ToAnotherQuestion(String, Vec<IpAddr>, Box<Reply>),
    /// These addresses, under the number of another question; then this.
    WithAnotherNumber(Vec<IpAddr>, Box<Reply>),
    /// Bytes that are no answer.
    Garbage,
}

impl Reply {
    /// These addresses.
    ///
    /// # Panics
    /// Where one is none.
    #[must_use]
    pub fn addresses(addresses: &[&str]) -> Self {
        Self::Addresses(addresses.iter().map(|address| address.parse().unwrap()).collect())
    }

    /// That it is another name, which has these addresses.
    ///
    /// # Panics
    /// Where one is none.
    #[must_use]
    pub fn alias(name: &str, addresses: &[&str]) -> Self {
        Self::Alias(name.to_owned(), addresses.iter().map(|address| address.parse().unwrap()).collect())
    }
}

/// A question that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The name, in lower case and without a dot at its end.
    pub name: String,
    /// `A`, `AAAA`, or a number.
    pub kind: String,
    /// Whether it came over TCP.
    pub over_tcp: bool,
}

/// A running server.
#[derive(Debug)]
pub struct Dns {
    address: SocketAddr,
    questions: Log<Question>,
    zone: Arc<Mutex<Zone>>,
    _background: Background,
}

/// What is answered: for each name a list, of which the last is repeated; and how often each type was asked for.
#[derive(Debug, Default)]
struct Zone {
    replies: HashMap<String, Vec<Reply>>,
    asked: HashMap<(String, u16), usize>,
}

impl Zone {
    fn reply(&mut self, query: &Query) -> Reply {
        let times = self.asked.entry((query.name.clone(), query.kind)).or_default();
        *times += 1;
        let replies = self.replies.get(&query.name).map_or(&[][..], Vec::as_slice);
        replies.get(*times - 1).or(replies.last()).cloned().unwrap_or(Reply::NoSuchName)
    }
}

impl Default for Dns {
    fn default() -> Self {
        Self::new()
    }
}

impl Dns {
    /// At any port of `127.0.0.1`; it knows no name yet.
    ///
    /// # Panics
    /// Where no port is free.
    #[must_use]
    pub fn new() -> Self {
        let tcp = std::net::TcpListener::bind(ANY).unwrap();
        let address = tcp.local_addr().unwrap();
        let udp = std::net::UdpSocket::bind(address).unwrap();
        let (questions, zone) = (Log::default(), Arc::<Mutex<Zone>>::default());
        let server = Server { questions: questions.clone(), zone: Arc::clone(&zone) };
        let background = Background::run(move || async move {
            tcp.set_nonblocking(true).unwrap();
            udp.set_nonblocking(true).unwrap();
            let (tcp, udp) = (TcpListener::from_std(tcp).unwrap(), Arc::new(UdpSocket::from_std(udp).unwrap()));
            tokio::join!(server.datagrams(udp), server.connections(tcp));
        });
        Self { address, questions, zone, _background: background }
    }

    /// With a name that has this one address.
    #[must_use]
    pub fn name(self, name: &str, address: &str) -> Self {
        self.replies(name, vec![Reply::addresses(&[address])])
    }

    /// With a name that is answered so: the first time, the second time and so on; the last is repeated.
    ///
    /// # Panics
    /// Where a thread of the server failed.
    #[must_use]
    pub fn replies(self, name: &str, replies: Vec<Reply>) -> Self {
        self.zone.lock().unwrap().replies.insert(name.to_owned(), replies);
        self
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every question so far.
    #[must_use]
    pub fn questions(&self) -> Vec<Question> {
        self.questions.all()
    }

    /// The log of questions, to be waited for.
    #[must_use]
    pub fn log(&self) -> &Log<Question> {
        &self.questions
    }

    /// The names that were asked for, each once.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.questions().into_iter().map(|question| question.name).collect();
        names.sort();
        names.dedup();
        names
    }
}

#[derive(Clone)]
struct Server {
    questions: Log<Question>,
    zone: Arc<Mutex<Zone>>,
}

/// No test asks more.
const MOST: usize = 10_000;
const LONGEST: Duration = Duration::from_secs(60);

impl Server {
    async fn datagrams(&self, socket: Arc<UdpSocket>) {
        let mut buffer = [0; 4096];
        for _ in 0..MOST {
            let Ok((length, from)) = socket.recv_from(&mut buffer).await else { return };
            let (server, socket, message) = (self.clone(), Arc::clone(&socket), buffer[..length].to_vec());
            tokio::spawn(async move {
                for answer in server.answers(&message, false).await {
                    drop(socket.send_to(&answer, from).await);
                }
            });
        }
    }

    async fn connections(&self, listener: TcpListener) {
        for _ in 0..MOST {
            let Ok((stream, _)) = listener.accept().await else { return };
            let server = self.clone();
            tokio::spawn(timeout(LONGEST, async move { server.connection(stream).await }));
        }
    }

    async fn connection(&self, mut stream: TcpStream) -> std::io::Result<()> {
        loop {
            let mut message = vec![0; usize::from(stream.read_u16().await?)];
            stream.read_exact(&mut message).await?;
            for answer in self.answers(&message, true).await {
                stream.write_u16(u16::try_from(answer.len()).unwrap()).await?;
                stream.write_all(&answer).await?;
            }
        }
    }

    /// The messages to be sent, in order.
    async fn answers(&self, message: &[u8], over_tcp: bool) -> Vec<Vec<u8>> {
        let Some(query) = Query::parse(message) else { return Vec::new() };
        let kind = match query.kind {
            A => "A".to_owned(),
            AAAA => "AAAA".to_owned(),
            other => other.to_string(),
        };
        self.questions.add(Question { name: query.name.clone(), kind, over_tcp });
        let mut reply = self.zone.lock().unwrap().reply(&query);
        let mut answers = Vec::new();
        loop {
            reply = match reply {
                Reply::Late(time, then) => {
                    sleep(time).await;
                    *then
                }
                Reply::ToAnotherQuestion(name, addresses, then) => {
                    let other = query.about(&name);
                    answers.push(other.answer(Flags::default(), &records(&name, &addresses)));
                    *then
                }
                Reply::WithAnotherNumber(addresses, then) => {
                    let other = query.with_another_number();
                    answers.push(other.answer(Flags::default(), &records(&query.name, &addresses)));
                    *then
                }
                Reply::Truncated(_) if !over_tcp => {
                    answers.push(query.answer(Flags { truncated: true, ..Flags::default() }, &[]));
                    return answers;
                }
                Reply::Truncated(then) => *then,
                last => {
                    answers.extend(last_answer(&query, &last));
                    return answers;
                }
            }
        }
    }
}

fn last_answer(query: &Query, reply: &Reply) -> Option<Vec<u8>> {
    match reply {
        Reply::Addresses(addresses) => Some(query.answer(Flags::default(), &records(&query.name, addresses))),
        Reply::OnlyA(addresses) if query.kind == A => {
            Some(query.answer(Flags::default(), &records(&query.name, addresses)))
        }
        Reply::Alias(name, addresses) => {
            let mut all = vec![Answered::Alias(query.name.clone(), name.clone())];
            all.extend(records(name, addresses));
            Some(query.answer(Flags::default(), &all))
        }
        Reply::NoSuchName => Some(query.answer(Flags { code: 3, ..Flags::default() }, &[])),
        Reply::Garbage => Some([&query.id.to_be_bytes()[..], b"\xff\xff\xff\xff garbage"].concat()),
        _ => None,
    }
}

fn records(name: &str, addresses: &[IpAddr]) -> Vec<Answered> {
    addresses.iter().map(|&address| Answered::Address(name.to_owned(), address)).collect()
}
