using Vaguemestre.Core.Data;

namespace Vaguemestre.Core.Reception.Space;

/// <summary>The proven addresses of a company's space, oldest first.</summary>
public sealed class ListAddresses(VaguemestreDb db)
{
    public Task<Result<List<CompanyAddress>>> RunAsync(SpaceSession session, CancellationToken cancel) => db.AddressesOfAsync(session, cancel);
}

/// <summary>
/// Takes an address off the space: its letters are no longer seen there, and whoever entered by it is out. Never the one that the session
/// came by, so that nobody locks itself out and no space stands empty.
/// </summary>
public sealed class TakeOffAddress(VaguemestreDb db)
{
    /// <returns>The address that was taken off.</returns>
    public Task<Result<CompanyAddress>> RunAsync(SpaceSession session, Guid addressId, CancellationToken cancel) =>
        db.WriteAsync<CompanyAddress>(
            async () =>
            {
                await db.LockAsync<CompanySpace>(session.SpaceId, cancel);
                var addresses = await db.AddressesOfAsync(session, cancel);
                if (!addresses.Succeeded)
                    return addresses.Problem!;
                if (addresses.Value.Find(a => a.Id == addressId) is not { } address)
                    return SpaceProblems.NoAddress;
                if (address.Id == session.AddressId)
                    return SpaceProblems.OwnAddress;
                db.CompanyAddresses.Remove(address);
                return address;
            },
            cancel);
}
