//! Name lookups: the name itself is the access, since a secret can travel in one.
use std::net::IpAddr;
use std::sync::PoisonError;

use toolward_manifests::pattern::Host;
use toolward_manifests::{Access, Kind};

use super::{Cx, Net, effect};
use crate::door::{Fault, NetworkReply};
use crate::mediate::{Weight, Wish};

impl Cx<'_> {
    pub(super) async fn lookup(&self, name: &str) -> Result<NetworkReply, Fault> {
        self.net.budget.request()?;
        // What is decided on is what is asked for: a name in its one form.
        let name = match Host::parse(name) {
            Ok(Host::Name(name)) => name,
            // An address needs nobody to be asked.
            Ok(Host::Ip(address)) => return Ok(NetworkReply::Addresses(vec![address])),
            Err(_) => {
                let shown = super::asked::bounded(name);
                return Err(self.mediator.refuse_unruled(Kind::Dns, "lookup", shown, "it is no name of a host"));
            }
        };
        let access = Access::Dns { name: name.to_string() };
        let permit = self.mediator.mediate(vec![Wish { access, obstacle: None, told: None }], Weight::Effect).await?;
        let (answer, receipt) = effect::look_up(permit, &self.net.network.resolver, &name, self.net.patience());
        let opening = self.net.open(self.mediator, receipt, None);
        let addresses = answer.await.map_err(|fault| opening.stream.failed(fault))?;
        opening.stream.done();
        opening.close()?;
        self.net.remember(&name, &addresses);
        Ok(NetworkReply::Addresses(addresses))
    }
}

impl Net {
    /// The names by which this call found an address: the newest first.
    pub(super) fn names_of(&self, address: IpAddr) -> Vec<String> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.get(&address.to_canonical()).map(|names| names.iter().rev().cloned().collect()).unwrap_or_default()
    }

    fn remember(&self, name: &str, addresses: &[IpAddr]) {
        let mut known = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        for address in addresses {
            let names = known.entry(address.to_canonical()).or_default();
            names.retain(|known| known != name);
            names.push(name.to_owned());
        }
    }
}
